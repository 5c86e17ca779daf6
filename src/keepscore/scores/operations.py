"""Marking what has to be scored, and scoring it: one engine run for each period, whatever the number of clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.engine import score_and_judge
from keepscore.engine.measuring import LAST_SECOND
from keepscore.engine.results import EarlyWarning, Scorecard, to_json
from keepscore.intake.store import the_store
from keepscore.records.freshness import Known, known_to
from keepscore.scores.judged import write_judged
from keepscore.scores.models import MeasureScore, Run, Score, Touched, Warning
from keepscore.scores.planning import Job, is_stale, plan
from keepscore.scores.signals import scored, warned
from keepscore.scores.summary import measure_row, summary
from keepscore.scores.whole_store import whole_store
from keepscore.users import audit
from keepscore.users.audit import Actor

AGAIN = timedelta(minutes=10)      # after that a client that could not be scored is tried again
SILENT = timedelta(minutes=5)      # a run without a sign of life for so long was killed
TOGETHER = 10      # scores in one transaction: whoever else writes waits for it


def touch(*, months: Iterable[tuple[str, str]], at: datetime) -> None:
    """Mark (client key, month) pairs and ask the worker, once the transaction is through. Unknown clients are none of ours."""
    months = set(months)
    clients = Client.objects.in_bulk({key for key, _ in months}, field_name="key")
    Touched.objects.bulk_create(
        Touched(client=clients[key], month=month, since=at) for key, month in sorted(months) if key in clients
    )
    ask_worker()


def touch_all(*, clients: Iterable[Client], at: datetime) -> None:
    """Mark every period of these clients, after a change of contract or by request."""
    Touched.objects.bulk_create(Touched(client=client, month="", since=at) for client in clients)
    ask_worker()


@transaction.atomic
def score_again(*, clients: Sequence[Client], by: Actor, at: datetime) -> None:
    """A person asks for a full run of these clients."""
    touch_all(clients=clients, at=at)
    for client in clients:
        audit.record("score.asked", about=client, by=by, at=at, client=client.key)


def ask_worker() -> None:
    from keepscore.scores.tasks import score_touched_clients

    transaction.on_commit(lambda: score_touched_clients.enqueue())


def score_touched(*, now: datetime, told: Callable[[Run], None] = lambda run: None) -> Run | None:
    """Score everything that is marked or that time has moved; None when nothing is, or while another run goes on.

    Killed at any moment, the marks stay and the next run does the rest. What cannot be scored for one client stops no other: the run
    says why, and the client's marks stay for a later try. Raises what the store or the machine raises, after the run has been marked
    as failed; all marks stay then.
    """
    marks = list(Touched.objects.select_related("client"))
    if not marks and not Score.objects.exists():
        return None
    run = _claim(now=now)
    if run is None:
        return None
    try:
        scoring = _Scoring(run, now=now, told=told)
        if not scoring.do(marks):
            run.delete()
            return None
    except Exception as problem:
        Touched.objects.filter(pk__in=[mark.pk for mark in marks]).update(failed_at=now)
        _end(run, str(Run.State.FAILED), now=now, problem=f"{type(problem).__name__}: {problem}"[:2000])
        raise
    _settle(marks, scoring.problems, now=now)
    _end(run, str(Run.State.DONE), now=now, problem="\n".join(scoring.problems.values())[:2000])
    if waiting(now=now).exists():      # marked while the run went on
        ask_worker()
    return run


def _settle(marks: Sequence[Touched], problems: Collection[int], *, now: datetime) -> None:
    """What is scored is no longer marked; what could not be scored is, so that it is tried again."""
    Touched.objects.filter(pk__in=[mark.pk for mark in marks if mark.client_id not in problems]).delete()
    failed = [mark.pk for mark in marks if mark.client_id in problems]
    Touched.objects.filter(pk__in=failed).update(failed_at=now)
    unmarked = set(problems) - {mark.client_id for mark in marks}
    Touched.objects.bulk_create(Touched(client_id=client, month="", since=now, failed_at=now) for client in sorted(unmarked))


def waiting(*, now: datetime) -> QuerySet[Touched]:
    """The marks that a worker should take up: those that failed wait a while, so that a lasting fault is not tried without end."""
    return Touched.objects.filter(Q(failed_at=None) | Q(failed_at__lte=now - AGAIN))


def is_due(*, now: datetime) -> bool:
    """Whether something waits to be scored, or a day has passed that scores have not seen."""
    if Run.objects.filter(state=Run.State.RUNNING).exists():
        return False
    if waiting(now=now).exists():
        return True
    failed = Touched.objects.exists()      # a client that cannot be scored would look stale for ever
    return not failed and Score.objects.exists() and is_stale(Known(now, the_store().tables().complete_to))


def end_silent(*, now: datetime) -> int:
    """Runs without a sign of life were killed; how many."""
    silent = Run.objects.filter(state=Run.State.RUNNING, beat_at__lt=timezone.now() - SILENT)
    return silent.update(state=Run.State.FAILED, problem="The worker stopped before the end.", finished_at=now)


def _claim(*, now: datetime) -> Run | None:
    """One run at a time: two would write older numbers over newer ones."""
    end_silent(now=now)
    try:
        with transaction.atomic():
            return Run.objects.create(total=0, started_at=now, beat_at=timezone.now())
    except IntegrityError:
        return None


def _end(run: Run, state: str, *, now: datetime, problem: str = "") -> None:
    run.state, run.finished_at, run.problem, run.beat_at = state, now, problem, timezone.now()
    run.save()
    audit.record(f"score.run-{state}", about=run, by=None, at=now, periods=run.done, problem=problem)


class _Scoring:
    """One run over the store as it is now."""

    def __init__(self, run: Run, *, now: datetime, told: Callable[[Run], None]) -> None:
        self.run, self.now, self.told = run, now, told
        store = whole_store()      # an empty place would look like finished periods without data, and they would lose their scores
        self.tables, self.version = store.tables(), store.version()
        self.problems: dict[int, str] = {}      # by client

    def do(self, marks: Sequence[Touched]) -> bool:
        """False when there was nothing to do."""
        planned = plan(marks, known=known_to(self.tables, now=self.now))
        self.problems |= planned.problems
        if not marks and not planned.jobs:
            return False
        Score.objects.filter(pk__in=planned.leftover).delete()
        self.run.total = sum(len(job.periods) for job in planned.jobs)
        self.run.save(update_fields=["total"])
        together: dict[tuple[str, datetime], list[tuple[date, Job]]] = defaultdict(list)
        for job in planned.jobs:
            for period in job.periods:
                together[period.key, job.as_of].append((period.start, job))
        for key, as_of in sorted(together, key=lambda one: (together[one][0][0], one), reverse=True):      # what people look at first
            self._period([job for _, job in together[key, as_of]], key, as_of)
        return True

    def _period(self, jobs: Sequence[Job], key: str, as_of: datetime) -> None:
        found: list[tuple[Job, Scorecard, pa.Table]] = []
        try:
            found = self._scored(jobs, key, as_of)
        except ValueError:      # one contract stops the engine for all: each by itself then
            for job in jobs:
                try:
                    found += self._scored([job], key, as_of)
                except ValueError as problem:
                    self.problems[job.contract.client_id] = _problem(job, problem)
        self._keep(found)

    def _scored(self, jobs: Sequence[Job], key: str, as_of: datetime) -> list[tuple[Job, Scorecard, pa.Table]]:
        wanted = {(job.agreed.client.key, job.agreed.contract): job for job in jobs if job.agreed.client}
        found = score_and_judge([job.agreed for job in jobs], self.tables, period=key, as_of=as_of)
        return [(wanted[card.client.key, card.contract], card, rows) for card, rows in found]

    def _keep(self, found: Sequence[tuple[Job, Scorecard, pa.Table]]) -> None:
        for at in range(0, len(found), TOGETHER):
            self._keep_some(found[at : at + TOGETHER])
        self.told(self.run)

    def _keep_some(self, found: Sequence[tuple[Job, Scorecard, pa.Table]]) -> None:
        """What takes time is made before the database is taken: nobody else writes while this does."""
        ready = [(card, job.contract, values(card, store_version=self.version, at=self.now, sources=job.sources)) for job, card, _ in found]
        with transaction.atomic():
            scores = [keep(card, contract=contract, values=made, at=self.now) for card, contract, made in ready]
            self.run.done += len(found)
            self.run.beat_at = timezone.now()
            self.run.save(update_fields=["done", "beat_at"])
        for score, (_, _, rows) in zip(scores, found, strict=True):
            if score is not None:
                write_judged(score, rows)      # after the row: what belongs to no score is made again, never shown


def _problem(job: Job, problem: ValueError) -> str:
    return f"{job.contract.client.name}: {problem}. Change the contract, or import the column that it names; the other clients are scored."


def keep(card: Scorecard, *, contract: Contract, values: dict[str, Any] | None, at: datetime) -> Score | None:
    """Keep a result in place of the one before, with its `values`; None (and nothing kept) where there are none."""
    if values is None:
        Score.objects.filter(contract=contract, period=card.period.key).delete()
        return None
    score, _ = Score.objects.update_or_create(
        contract=contract, period=card.period.key, defaults={"client": contract.client, **values}
    )
    score.measures.all().delete()
    MeasureScore.objects.bulk_create(measure_row(score, measure) for measure in card.measures)
    _keep_warnings(card, contract=contract, at=at)
    scored.send(Score, score=score, at=at)
    return score


def values(card: Scorecard, *, store_version: dict[str, int], at: datetime, sources: Sequence[str]) -> dict[str, Any] | None:
    """The columns of a score; None where a finished period has no data at all."""
    is_over = card.as_of + LAST_SECOND >= card.period.end_at
    if is_over and not _has_data(card):
        return None
    return {
        "label": card.period.label, "start": card.period.start, "end": card.period.end, "as_of": card.as_of,
        "is_over": is_over, "complete": card.complete, "tenths": card.total.score.tenths if card.total.score else None,
        "grade": card.total.grade or "", "coverage": to_json(card.total.coverage), "met": card.total.met, "missed": card.total.missed,
        "summary": {**summary(card), "sources": list(sources)}, "result": to_json(card), "store_version": store_version,
        "scored_at": at,
    }  # fmt: skip


def _has_data(card: Scorecard) -> bool:
    return any(m.records or m.value is not None for m in card.measures) or any(f.volume or f.out_of_scope for f in card.functions)


def _keep_warnings(card: Scorecard, *, contract: Contract, at: datetime) -> None:
    """A step of a warning is said once and never rewritten; what no longer holds stays, marked as past."""
    before = {(w.measure, w.urgency): w for w in Warning.objects.filter(contract=contract, period=card.period.key)}
    held = {(w.measure, w.urgency) for w in card.warnings}
    Warning.objects.filter(pk__in=[w.pk for key, w in before.items() if key not in held]).update(is_current=False)
    Warning.objects.filter(pk__in=[w.pk for key, w in before.items() if key in held]).update(is_current=True)
    for said in card.warnings:
        if (said.measure, said.urgency) not in before:
            warned.send(Warning, warning=_warning(said, card, contract=contract, at=at), at=at)


def _warning(said: EarlyWarning, card: Scorecard, *, contract: Contract, at: datetime) -> Warning:
    return Warning.objects.create(
        client=contract.client, contract=contract, period=card.period.key, measure=said.measure, name=said.name, urgency=said.urgency,
        sentence=said.sentence, runs_out=said.runs_out, said=to_json(said), as_of=card.as_of, raised_at=at,
    )  # fmt: skip


