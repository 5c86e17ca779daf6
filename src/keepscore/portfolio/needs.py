"""Who needs you this week, and why: one rule, over what is known of each client's contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from keepscore.web import words

RUNS_OUT_WITHIN = timedelta(days=14)
NOTICE_WITHIN = timedelta(days=30)
FALL = 3                              # tenths
LOW_GRADES = ("D", "F")


@dataclass(frozen=True, slots=True)
class Warned:
    """An early warning of the open period; `runs_out` is None where no day can be told."""

    name: str
    used_up: bool = False
    runs_out: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule looks at. Before: the finished period that came before the latest finished one."""

    client: str
    grade: str = ""
    tenths: int | None = None
    tenths_before: int | None = None
    missed: int = 0
    missed_before: int | None = None
    warned: tuple[Warned, ...] = ()
    notice: date | None = None


class Why(IntEnum):
    """The reasons, the most urgent first."""

    USED_UP = 1
    RUNS_OUT = 2
    LOW_GRADE = 3
    FELL = 4
    MORE_MISSED = 5
    NOTICE = 6
    OTHER = 7        # told by a later room


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a client needs you: `short` stands under its name, `says` is the whole sentence."""

    why: Why
    short: str
    says: str


def reasons(standing: Standing, *, today: date) -> tuple[Reason, ...]:
    """Why a client needs you this week, the most urgent reason first; none where it can wait.

    1. Allowed misses of the open period are used up.
    2. They run out within 14 days at the present pace.
    3. The latest finished period is graded D or F.
    4. Its score is 0.3 or more below the period before.
    5. It has more missed targets than the period before.
    6. The notice date of the contract is today or within 30 days.
    """
    return _reasons(standing, today, get_language())


@lru_cache(maxsize=4096)      # what a contract's numbers say on a day is the same for everybody
def _reasons(standing: Standing, today: date, _language: str | None) -> tuple[Reason, ...]:
    found = (_used_up(standing), _runs_out(standing, today), _low(standing), _fell(standing), _missed(standing), _notice(standing, today))
    return tuple(reason for reason in found if reason is not None)


def _used_up(at: Standing) -> Reason | None:
    names = [warned.name for warned in at.warned if warned.used_up]
    if not names:
        return None
    said = {"client": at.client, "measure": names[0], "number": words.number(len(names))}
    if len(names) == 1:
        return Reason(Why.USED_UP, _("allowed misses used up"), _("%(client)s will probably miss a target: %(measure)s.") % said)
    return Reason(Why.USED_UP, _("allowed misses of %(number)s targets used up") % said,
                  _("%(client)s will probably miss %(number)s targets.") % said)


def _runs_out(at: Standing, today: date) -> Reason | None:
    soon = sorted((w.runs_out, w.name) for w in at.warned if w.runs_out is not None and w.runs_out <= today + RUNS_OUT_WITHIN)
    if not soon:
        return None
    said = {"client": at.client, "measure": soon[0][1], "day": words.day(soon[0][0])}
    return Reason(Why.RUNS_OUT, _("allowed misses run out about %(day)s") % said,
                  _("%(client)s runs out of allowed misses about %(day)s: %(measure)s.") % said)


def _low(at: Standing) -> Reason | None:
    if at.grade not in LOW_GRADES:
        return None
    said = {"client": at.client, "grade": at.grade, "score": words.tenths(at.tenths)}
    return Reason(Why.LOW_GRADE, _("grade %(grade)s") % said, _("%(client)s is graded %(grade)s at %(score)s.") % said)


def _fell(at: Standing) -> Reason | None:
    if at.tenths is None or at.tenths_before is None or at.tenths_before - at.tenths < FALL:
        return None
    said = {"client": at.client, "by": words.tenths(at.tenths_before - at.tenths), "score": words.tenths(at.tenths)}
    return Reason(Why.FELL, _("fell by %(by)s") % said, _("%(client)s fell by %(by)s to %(score)s.") % said)


def _missed(at: Standing) -> Reason | None:
    if at.missed_before is None or at.missed <= at.missed_before:
        return None
    said = {"client": at.client, "number": words.number(at.missed), "before": words.number(at.missed_before)}
    short = ngettext("%(number)s target missed, was %(before)s", "%(number)s targets missed, was %(before)s", at.missed)
    says = ngettext(
        "%(client)s missed %(number)s target, up from %(before)s.", "%(client)s missed %(number)s targets, up from %(before)s.", at.missed,
    )  # fmt: skip
    return Reason(Why.MORE_MISSED, short % said, says % said)


def _notice(at: Standing, today: date) -> Reason | None:
    if at.notice is None or not today <= at.notice <= today + NOTICE_WITHIN:
        return None
    said = {"client": at.client, "when": words.in_days(at.notice, today), "day": words.day(at.notice)}
    return Reason(Why.NOTICE, _("notice date %(when)s") % said, _("The notice date of %(client)s is %(day)s, %(when)s.") % said)
