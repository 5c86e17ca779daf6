"""Marking what has to be scored, and scoring it: one engine run for each period, whatever the number of clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keepscore.clients.models import Client
from keepscore.clients.settings import defaults_text
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.engine import score_and_judge
from keepscore.engine.contract import model as engine
from keepscore.engine.results import EarlyWarning, Period, Scorecard, to_json
from keepscore.intake.store import the_store
from keepscore.scores.judged import write_judged
from keepscore.scores.models import MeasureScore, Run, Score, Touched, Warning
from keepscore.scores.periods import periods_to, touched_by
from keepscore.scores.signals import scored, warned
from keepscore.scores.summary import measure_row, summary
from keepscore.users import audit
from keepscore.users.audit import Actor


@dataclass(frozen=True, slots=True)
class Job:
    """One contract with the periods to be scored."""

    contract: Contract
    agreed: engine.Contract
    periods: tuple[Period, ...]


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
    """Score everything that is marked; None when nothing is. Killed at any moment, the marks stay and the next run does the rest.

    Raises what the engine or the store raises, after the run has been marked as failed; marks then stay as well.
    """
    marks = list(Touched.objects.select_related("client"))
    if not marks:
        return None
    jobs = _jobs(marks, now=now)
    run = Run.objects.create(
        total=sum(len(job.periods) for job in jobs), started_at=now, beat_at=timezone.now()
    )  # fmt: skip
    try:
        _score_jobs(jobs, run, now=now, told=told)
    except Exception as problem:
        _end(run, str(Run.State.FAILED), now=now, problem=f"{type(problem).__name__}: {problem}"[:2000])
        raise
    Touched.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    _end(run, str(Run.State.DONE), now=now)
    return run


def _end(run: Run, state: str, *, now: datetime, problem: str = "") -> None:
    run.state, run.finished_at, run.problem, run.beat_at = state, now, problem, timezone.now()
    run.save()
    audit.record(f"score.run-{state}", about=run, by=None, at=now, periods=run.done, problem=problem)


def _jobs(marks: Sequence[Touched], *, now: datetime) -> list[Job]:
    months: dict[int, set[str]] = defaultdict(set)
    for mark in marks:
        months[mark.client_id].add(mark.month)
    found = Contract.objects.filter(client__in=months, client__archived_at__isnull=True).select_related("client")
    jobs, defaults = [], defaults_text()
    for contract in found:
        agreed = loads_contract(contract.text, name=contract.client.key, defaults=defaults)
        assert agreed.client is not None      # contracts.operations.read lets no other in
        every = periods_to(
            now.date(), cadence=contract.client.cadence, zone=agreed.client.timezone, year_starts=agreed.year_starts,
            first=min(version.from_ for version in agreed.versions),
        )  # fmt: skip
        jobs.append(Job(contract, agreed, tuple(touched_by(every, months[contract.client_id]))))
    return jobs


def _score_jobs(jobs: Sequence[Job], run: Run, *, now: datetime, told: Callable[[Run], None]) -> None:
    store = the_store()
    tables, version = store.tables(), store.version()
    as_of = min([now, *([max(tables.complete_to.values())] if tables.complete_to else [])])
    by_period: dict[str, list[tuple[Job, Period]]] = defaultdict(list)
    for job in jobs:
        for period in job.periods:
            by_period[period.key].append((job, period))
    for key in sorted(by_period, key=lambda key: by_period[key][0][1].start, reverse=True):      # what people look at first
        wanted = {(job.agreed.client.key, job.agreed.contract): job for job, _ in by_period[key] if job.agreed.client}
        found = score_and_judge([job.agreed for job in wanted.values()], tables, period=key, as_of=as_of)
        with transaction.atomic():
            scores = [
                keep(card, contract=wanted[card.client.key, card.contract].contract, store_version=version, at=now) for card, _ in found
            ]
            run.done += len(found)
            run.beat_at = timezone.now()
            run.save(update_fields=["done", "beat_at"])
        for score, (_, rows) in zip(scores, found, strict=True):
            if score is not None:
                write_judged(score, rows)      # after the row: what belongs to no score is made again, never shown
        told(run)


def keep(card: Scorecard, *, contract: Contract, store_version: dict[str, int], at: datetime) -> Score | None:
    """Keep a result in place of the one before; None (and nothing kept) where a finished period has no data at all."""
    is_over = card.as_of >= card.period.end_at or (card.complete and card.as_of.date() >= card.period.end)
    if is_over and not _has_data(card):
        Score.objects.filter(contract=contract, period=card.period.key).delete()
        return None
    score, _ = Score.objects.update_or_create(
        contract=contract, period=card.period.key,
        defaults={
            "client": contract.client, "label": card.period.label, "start": card.period.start, "end": card.period.end, "as_of": card.as_of,
            "is_over": is_over, "complete": card.complete, "tenths": card.total.score.tenths if card.total.score else None,
            "grade": card.total.grade or "", "coverage": to_json(card.total.coverage), "met": card.total.met, "missed": card.total.missed,
            "summary": summary(card), "result": to_json(card), "store_version": store_version, "scored_at": at,
        },
    )  # fmt: skip
    score.measures.all().delete()
    MeasureScore.objects.bulk_create(measure_row(score, measure) for measure in card.measures)
    _keep_warnings(card, contract=contract, at=at)
    scored.send(Score, score=score, at=at)
    return score


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


