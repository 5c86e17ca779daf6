"""One line of the portfolio: what is known of a client's contract, as finished words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keepscore.portfolio import needs
from keepscore.portfolio.cells import Cell, Column
from keepscore.web import figures, words

NOTICE_NEAR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Finished:
    """The latest finished period of a contract, and what the one before it had."""

    label: str
    tenths: int | None
    grade: str
    met: int
    missed: int
    spark: tuple[int | None, ...]
    no_grade: str | None
    tenths_before: int | None = None
    missed_before: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """The open period: its early warnings and up to when records are complete."""

    label: str
    warnings: tuple[Mapping[str, Any], ...]
    complete_to: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that the portfolio knows of one contract of a client; without a contract `contract` is None."""

    client: int
    name: str
    url: str
    lead: str
    contract: str | None
    is_only: bool
    notice: date | None
    finished: Finished | None
    open: Open | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the portfolio."""

    client: int
    name: str
    url: str
    contract: str            # named only where a client has several
    lead: str
    period: str              # of grade and score; "" where nothing is finished
    tenths: int | None
    grade: str
    score: str
    no_grade: str            # why there is no grade
    spark: tuple[int | None, ...]      # eight periods of score, oldest first; () draws nothing
    missed: int
    judged: int
    missed_text: str         # "3 of 9"
    warned: int              # early warnings of the open period
    warning: str             # "Requests on time", "3 measures"
    warning_rest: str        # "runs out about 27 Nov"
    notice: date | None
    notice_in: str           # "79 days"
    notice_day: str          # "Thu 31 Dec"
    notice_is_near: bool     # within 90 days
    notice_is_soon: bool     # within 30 days
    reasons: tuple[needs.Reason, ...]
    why: str                 # the reasons in a few words
    cells: tuple[tuple[Column, Cell | None], ...] = ()      # of later rooms

    @property
    def order(self) -> tuple[Any, ...]:
        """Those who need you by their most urgent reason, then by how many; then the lowest score; without a score last."""
        first = (self.reasons[0].why, -len(self.reasons)) if self.reasons else (99, 0)
        return (*first, self.tenths is None, self.tenths or 0, self.name.casefold(), self.contract)


def row(known: Known, *, today: date, cells: Sequence[tuple[Column, Cell | None]] = ()) -> Row:
    """The line of one contract on one day."""
    finished, warned = known.finished, _warned(known.open)
    notice = known.notice if known.notice is not None and known.notice >= today else None
    reasons = _reasons(known, warned, notice, cells, today=today)
    strong, rest = _warning(warned, get_language())
    spark = finished.spark if finished and any(tenths is not None for tenths in finished.spark) else ()
    judged = finished.met + finished.missed if finished else 0
    grade = finished.grade if finished else ""
    return Row(
        client=known.client, name=known.name, url=known.url, contract="" if known.is_only else known.contract or "", lead=known.lead,
        period=finished.label if finished else "", tenths=finished.tenths if finished else None, grade=grade,
        score=words.tenths(finished.tenths) if finished and finished.tenths is not None else "", no_grade="" if grade else _no_grade(known),
        spark=spark,
        missed=finished.missed if finished else 0, judged=judged,
        missed_text=_("%(part)s of %(all)s") % {"part": finished.missed, "all": judged} if finished and judged else "",
        warned=len(warned), warning=strong, warning_rest=rest,
        notice=notice, notice_in=_days(notice, today, get_language()) if notice else "",
        notice_day=f"{words.weekday(notice)} {words.day(notice, year=notice.year != today.year)}" if notice else "",
        notice_is_near=notice is not None and notice <= today + NOTICE_NEAR,
        notice_is_soon=notice is not None and notice <= today + needs.NOTICE_WITHIN,
        reasons=reasons, why="; ".join(reason.short for reason in reasons), cells=tuple(cells),
    )  # fmt: skip


@lru_cache(maxsize=2048)      # many contracts end on the same few days
def _days(at: date, today: date, _language: str | None) -> str:
    return words.days_between(at, today)


def _reasons(
    known: Known, warned: tuple[needs.Warned, ...], notice: date | None, cells: Sequence[tuple[Column, Cell | None]], *, today: date
) -> tuple[needs.Reason, ...]:
    at = known.finished
    standing = needs.Standing(known.name, warned=warned, notice=notice)
    if at is not None:
        standing = needs.Standing(known.name, at.grade, at.tenths, at.tenths_before, at.missed, at.missed_before, warned, notice)
    told = [cell.reason for _column, cell in cells if cell is not None and cell.reason is not None]
    return tuple(sorted((*needs.reasons(standing, today=today), *told), key=lambda reason: reason.why))


def _warned(period: Open | None) -> tuple[needs.Warned, ...]:
    """Used up ones first, then those that run out soonest."""
    if period is None:
        return ()
    found = [
        needs.Warned(w["name"], w["urgency"] == "used up", date.fromisoformat(w["runs_out"]) if w["runs_out"] else None)
        for w in period.warnings
    ]
    return tuple(sorted(found, key=lambda w: (not w.used_up, w.runs_out or date.max, w.name)))


@lru_cache(maxsize=4096)
def _warning(warned: tuple[needs.Warned, ...], _language: str | None) -> tuple[str, str]:
    if not warned:
        return "", ""
    used_up, first = sum(w.used_up for w in warned), warned[0]
    if len(warned) == 1:
        if used_up:
            return first.name, _("used up")
        return first.name, _("runs out about %(day)s") % {"day": words.day(first.runs_out)} if first.runs_out else ""
    strong = _("%(number)s measures") % {"number": words.number(len(warned))}
    if used_up:
        return strong, _("all used up") if used_up == len(warned) else _("%(number)s already used up") % {"number": words.number(used_up)}
    return strong, _("first runs out about %(day)s") % {"day": words.day(first.runs_out)} if first.runs_out else ""


def _no_grade(known: Known) -> str:
    if known.contract is None:
        return _("no contract yet")
    if known.finished is None:
        return _("waiting to be scored") if known.waits else _("no finished period yet") if known.open else _("no records yet")
    return figures.why(known.finished.no_grade) if known.finished.no_grade else _("no score")
