"""Why a contract that reads well is not saved: each reason an exception whose text a person can act on."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from keepscore.web import words


class ContractRefused(ValueError):
    """A contract that reads well but cannot be saved here; the text says why."""


class Locked(ContractRefused):
    """What is in force was changed; such refusals are kept in the audit log."""


class VersionLocked(Locked):
    """A version that is in force, or was, is changed or removed; changes make a new version."""

    def __init__(self, start: date) -> None:
        self.start = start
        told = _("The version from %(day)s is in force and locked. Leave it as it was and add a version with a later first day.")
        super().__init__(told % {"day": words.day_long(start)})


class HeadLocked(Locked):
    """What holds for all versions together is changed while one of them is in force."""

    def __init__(self, what: str, before: str) -> None:
        self.what, self.before = what, before
        told = _("%(what)s holds for every version, so it is locked while one is in force. It is %(before)s.")
        super().__init__(told % {"what": what, "before": before})


class ReasonNeeded(ContractRefused):
    """A new version begins on a day that has been: allowed, when it is said why."""

    def __init__(self, start: date) -> None:
        self.start = start
        told = _("The version from %(day)s begins on a day that has been, so it moves numbers people have seen. Say why in the note.")
        super().__init__(told % {"day": words.day_long(start)})


class ChangedMeanwhile(ContractRefused):
    """Somebody saved the contract since this edit began."""

    def __init__(self) -> None:
        super().__init__(_("Somebody saved this contract since you began. Your text is kept; compare the two and save again."))


class OtherContract(ContractRefused):
    """The text names another client, several of them, or another contract than the one being edited."""
