"""The finding of the portfolio: who needs you, in one headline and a second sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from keepscore.portfolio.queries import Board
from keepscore.web import words

TOLD = 3      # reasons in the second sentence


@dataclass(frozen=True, slots=True)
class Headline:
    title: str
    text: str


def headline(board: Board) -> Headline:
    """What the page says before it shows anything."""
    every = board.counts[""]
    if not board.has_scores:
        return Headline(_("No client has a score yet"), _("A score is worked out when a client has a contract and records."))
    if not board.needing:
        return Headline(_("No client needs you this week"), _calm(board))
    need = len(board.needing)
    said = {"number": _spelled(need), "all": words.number(every)}
    if need == every:
        title = ngettext("Your one client needs you this week", "All %(all)s clients need you this week", every) % said
    else:
        title = ngettext(
            "%(number)s of %(all)s clients needs you this week", "%(number)s of %(all)s clients need you this week", need,
        ) % said  # fmt: skip
    return Headline(title, " ".join([*board.needing[:TOLD], _more(need - TOLD)]).strip())


def _more(number: int) -> str:
    if number <= 0:
        return ""
    return ngettext("%(number)s more is listed below.", "%(number)s more are listed below.", number) % {"number": _spelled(number)}


def complete_text(board: Board) -> str:
    """Up to when records are complete; where clients differ, the earliest."""
    if board.complete_to is None:
        return ""
    first, last = (timezone.localtime(at) for at in board.complete_to)
    midnight = first.hour == first.minute == 0
    day = words.day(first - timedelta(days=1) if midnight else first)
    if first != last:
        return _("Records complete to %(day)s, or later") % {"day": day}
    if midnight:
        return _("Records complete to the end of %(day)s") % {"day": day}
    return _("Records complete to %(day)s, %(time)s") % {"day": day, "time": date_format(first, "H:i")}


def _calm(board: Board) -> str:
    warned = board.counts["warning"]
    if not warned:
        return _("No early warning, no grade below C, and no notice date within 30 days.")
    said = {"number": _spelled(warned)}
    return ngettext(
        "%(number)s client has an early warning, with time to act.", "%(number)s clients have an early warning, with time to act.", warned,
    ) % said  # fmt: skip


def _spelled(number: int) -> str:
    """Small numbers begin a sentence as words."""
    small = (
        pgettext("begins a sentence", "One"), pgettext("begins a sentence", "Two"), pgettext("begins a sentence", "Three"),
        pgettext("begins a sentence", "Four"), pgettext("begins a sentence", "Five"), pgettext("begins a sentence", "Six"),
        pgettext("begins a sentence", "Seven"), pgettext("begins a sentence", "Eight"), pgettext("begins a sentence", "Nine"),
    )  # fmt: skip
    return small[number - 1] if 0 < number <= len(small) else words.number(number)
