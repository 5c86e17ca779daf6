"""The last scoring runs: how far they are, how they ended, and which one has stopped without a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from keepscore.documents.charts_rows import progress
from keepscore.scores.models import Run, Touched
from keepscore.users.audit import Actor
from keepscore.web import words

SHOWN = 20
SILENT_FOR = timedelta(minutes=2)  # after that long without a beat a run counts as stopped


@dataclass(frozen=True, slots=True)
class RunRow:
    started_at: datetime
    finished_at: datetime | None
    done: str  # "48 of 112"
    percent: str
    bar: str
    state: str
    word: str
    problem: str


@dataclass(frozen=True, slots=True)
class ScoringPage:
    headline: str
    rows: tuple[RunRow, ...]
    waiting: int  # clients marked and not scored yet
    is_running: bool  # the page asks again every two seconds while it is


def scoring_page(*, actor: Actor, real_now: datetime) -> ScoringPage:
    """`real_now` is the machine's time, as the beats are. What went wrong may name any client: it is for who sees all of them."""
    rows = tuple(_row(run, actor, real_now) for run in Run.objects.all()[:SHOWN])
    sees_all = actor.sees_every_client and actor.client_limit is None
    waiting = Touched.objects.filter(failed_at=None).values("client").distinct().count() if sees_all else 0
    is_running = bool(rows) and rows[0].state == "working"
    return ScoringPage(_headline(rows, waiting), rows, waiting, is_running or bool(waiting))


def _headline(rows: tuple[RunRow, ...], waiting: int) -> str:
    if not rows:
        return _("No scoring run yet")
    first = rows[0]
    if first.state == "working":
        return _("Scoring: %(done)s client periods") % {"done": first.done}
    if first.state == "late":
        return _("The last run has stopped at %(done)s client periods") % {"done": first.done}
    if first.state == "failed":
        return _("The last run failed after %(done)s client periods") % {"done": first.done}
    if first.problem:
        return _("Not every client could be scored")
    return _("Every client is scored") if not waiting else _("Clients waiting to be scored: %(n)s") % {"n": words.number(waiting)}


def _row(run: Run, actor: Actor, real_now: datetime) -> RunRow:
    share = Fraction(min(run.done, run.total), run.total) if run.total else Fraction(run.state == Run.State.DONE)
    state, word = _state(run, real_now)
    problem = run.problem if actor.sees_every_client and actor.client_limit is None else ""
    if run.problem and not problem:
        problem = _("An administrator can read what went wrong.")
    done = _("%(done)s of %(total)s") % {"done": words.number(run.done), "total": words.number(run.total)}
    percent = words.percent(share)
    return RunRow(
        run.started_at, run.finished_at, done, percent,
        progress(float(share)), state, word, problem,
    )  # fmt: skip


def _state(run: Run, real_now: datetime) -> tuple[str, str]:
    if run.state == Run.State.DONE:
        return "done", _("done")
    if run.state == Run.State.FAILED:
        return "failed", _("failed")
    if real_now - run.beat_at > SILENT_FOR:
        return "late", _("stopped without a word, no sign for %(n)s") % {
            "n": words.duration((real_now - run.beat_at).total_seconds() // 60 * 60)
        }
    return "working", _("scoring now")
