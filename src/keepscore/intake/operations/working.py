"""What the worker does with a batch. Each step may be killed at any moment and run again: the store loads a batch exactly once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keepscore.intake import checking, files, joins
from keepscore.intake.held import held
from keepscore.intake.known import World, known_world
from keepscore.intake.models import Batch, Source, State
from keepscore.intake.moves import Moves, NoLongerAsked, what_moves
from keepscore.intake.operations.asking import plain
from keepscore.intake.operations.keeping import sync_sources
from keepscore.intake.signals import records_changed
from keepscore.intake.store import the_store, touched_by, whole_store
from keepscore.records.checks.errors import FileRefused
from keepscore.records.mapping import ImportMapping, MappingError, loads_mapping
from keepscore.records.readers.raw import BROWSER, COMMAND_LINE, Limits
from keepscore.records.rejected import write_rejected
from keepscore.records.repairs import RepairError, Repairs
from keepscore.records.store import RecordStore
from keepscore.records.store_batches import Batch as Entry
from keepscore.records.store_errors import NotTheLast, OlderExport, StoreError
from keepscore.records.store_touched import ClientMonth
from keepscore.users import audit
from keepscore.web.words import moment

CHANGED = "Clients or contracts changed since this file was checked. Look again before you import."
WAIT = 30.0     # seconds
CANNOT = (FileRefused, RepairError, MappingError, StoreError, checking.Elsewhere, OSError)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the store because of a batch."""

    id: str
    inserted: int
    updated: int
    unchanged: int
    touched: frozenset[ClientMonth]
    is_repeat: bool


def _job(state: Any, run: Callable[[Batch, datetime], None], *, pk: int, now: datetime) -> Batch:
    """Run one job unless the batch is no longer in its state. Another worker that has it in hand is waited for."""
    with held(pk, wait=WAIT) as mine:
        batch = Batch.objects.select_related("source", "asked_by", "received_by").get(pk=pk)
        if mine and batch.state == state:
            run(batch, now)
            batch.refresh_from_db()
        return batch


# --- judging -------------------------------------------------------------------------------------------------------------


def check(*, pk: int, now: datetime) -> Batch:
    """Look at the columns of a file, or judge its rows where they are declared; the batch says what was found.

    What will move takes longer: it is left to `look_ahead`, and the page is there before it.
    """
    return _job(State.CHECKING, _check, pk=pk, now=now)


def look_ahead(*, pk: int, now: datetime) -> Batch:
    """Find what the import of a judged file would move, unless somebody asks for something else meanwhile."""
    batch = Batch.objects.select_related("source").get(pk=pk)
    if batch.is_moving:
        try:
            moves = _moves(batch, now)
        except NoLongerAsked:
            moves = []
        except CANNOT:
            logging.getLogger("keepscore").exception("what batch %s would move could not be computed", pk)
            moves = []
        Batch.objects.filter(pk=pk, turn=batch.turn, is_moving=True).update(moves=moves, is_moving=False)
        batch.refresh_from_db()
    return batch


def _moves(batch: Batch, now: datetime) -> list[Moves]:
    mapping, repairs, world = _asked(batch)
    store = whole_store()
    checked = checking.judge(files.place(batch.path), mapping, repairs, world=world, now=now, limits=_limits(batch))
    return what_moves(
        checked, store.compare(checked), store=store, world=world, source=mapping.source, now=now,
        asked=lambda: Batch.objects.filter(pk=batch.pk, turn=batch.turn, is_moving=True).exists(),
    )  # fmt: skip


def _check(batch: Batch, now: datetime) -> None:
    try:
        if not batch.mapping:
            _look(batch)
        if batch.mapping:
            _judge(batch, now)
    except CANNOT as problem:
        _end(batch, State.REFUSED, problem=_plain(problem), groups=[], moves=[], ready=0, errors=0)
    except Exception:
        logging.getLogger("keepscore").exception("batch %s could not be checked", batch.pk)
        _end(batch, State.REFUSED, problem="The file could not be checked, and the reason is in the server's log.", ready=0, errors=0)


def _look(batch: Batch) -> None:
    """Take the declared columns of the source that a person named, or of the only one whose columns the file has; else ask."""
    path = files.place(batch.path)
    found = checking.columns_of(path)
    own = [batch.source] if batch.source_id else list(Source.objects.exclude(mapping=""))
    if batch.client_limit is not None and not batch.source_id:
        own = []
    fits = [(source, text) for source in own if source for text in source.mappings if _has_columns(source, text, found["columns"])]
    if len(fits) != 1:
        _end(batch, State.RECEIVED, look=found)
        return
    if joins.missing(batch, loads_mapping(fits[0][1], name="columns")):      # a person hands them in
        _end(batch, State.RECEIVED, look=found, source=fits[0][0])
        return
    batch.source, batch.mapping = fits[0]
    Batch.objects.filter(pk=batch.pk, turn=batch.turn).update(source=batch.source, mapping=batch.mapping, look=found)


def _has_columns(source: Source, text: str, names: list[str]) -> bool:
    try:
        mapping = loads_mapping(text, name=source.name)
    except MappingError:
        return False
    keys = {next(iter(join.on)) for join in mapping.join}
    beside = Batch.objects.filter(source=source).exclude(beside={}).values_list("beside", flat=True).first() if keys else None
    own = set(mapping.used_columns()) - joins.offers(mapping, beside or {}) | keys
    return mapping.columns is not None or own <= set(names)


def _judge(batch: Batch, now: datetime) -> None:
    mapping, repairs, world = _asked(batch)
    path = files.place(batch.path)
    found = checking.find(
        path, mapping, repairs, store=whole_store(), world=world, now=now, limits=_limits(batch), is_limited=batch.client_limit is not None,
        step=lambda number: _beat(batch, number),
    )  # fmt: skip
    checked, counts = found.checked, found.counts
    rejected = ""
    if checked.rejected_rows:
        rejected = files.beside(batch.path, f"rejected-{batch.pk}-{batch.turn}.csv")
        with files.written(rejected) as target:
            write_rejected([(path, checked)], target, mapping, limits=_limits(batch))
    _end(
        batch, State.NEEDS_DECISION if found.errors else State.READY, total=checked.records + len(checked.rejected_rows),
        ready=checked.records, left_out=len(checked.rejected_rows), errors=found.errors, inserted=counts.new, updated=counts.updated,
        unchanged=counts.unchanged, newest=checked.newest and min(checked.newest, now), groups=found.groups, preview=found.preview,
        moves=[], is_moving=bool(checked.records and counts.touched and batch.received_by_id), rejected=rejected,
        content_digest=checked.content_digest,
    )  # fmt: skip


def _asked(batch: Batch) -> tuple[ImportMapping, Repairs, World]:
    """The mapping, the remembered answers with those of this file, and what is known."""
    mapping = loads_mapping(batch.mapping, name="columns")
    remembered = checking.fitting(plain(batch.source.repairs), mapping) if batch.source else Repairs()
    return mapping, remembered.plus(plain(batch.repairs)), known_world(batch.client_limit)


def _limits(batch: Batch) -> Limits:
    return COMMAND_LINE if batch.received_by_id is None else BROWSER


# --- loading -------------------------------------------------------------------------------------------------------------


def load(*, pk: int, now: datetime) -> Batch:
    """Load the rows that are ready, exactly once, then say so in one transaction."""
    return _job(State.IMPORTING, _load, pk=pk, now=now)


def _load(batch: Batch, now: datetime) -> None:
    try:
        store = whole_store()
        loaded = loaded_before(batch, store) or _into(batch, store)
    except CANNOT as problem:
        _stopped(batch, problem, now=now)
        return
    except Exception as problem:
        logging.getLogger("keepscore").exception("batch %s could not be imported", batch.pk)
        _stopped(batch, problem, now=now, said="Nothing was imported, and the reason is in the server's log.")
        return
    if loaded is None:
        _end(batch, State.CHECKING)
        _check(Batch.objects.select_related("source").get(pk=batch.pk), now)
        Batch.objects.filter(pk=batch.pk).update(problem=CHANGED)
        return
    finish_import(batch=batch, loaded=loaded, now=now)


def loaded_before(batch: Batch, store: RecordStore) -> Loaded | None:
    """What a run that was killed after the store had taken the batch has left there."""
    entry = next((entry for entry in store.batches() if entry.undone_at is None and _is_of(entry, batch)), None)
    if entry is None or Batch.objects.filter(store_batch=entry.id).exclude(pk=batch.pk).exists():      # of the same second
        return None
    return Loaded(entry.id, entry.inserted, entry.updated, entry.unchanged, touched_by(store, entry.id), is_repeat=False)


def _is_of(entry: Entry, batch: Batch) -> bool:
    ours = (batch.content_digest, batch.sha256, batch.source and batch.source.name, batch.asked_at)
    return (entry.content_digest, entry.file_sha256, entry.source, entry.at) == ours


def _into(batch: Batch, store: RecordStore) -> Loaded | None:
    """Judge again, since clients and contracts may have changed, and load; None where the rows are no longer those that were shown."""
    assert batch.source is not None
    assert batch.asked_at is not None
    mapping, repairs, world = _asked(batch)
    path = files.place(batch.path)
    checked = checking.judge(path, mapping, repairs, world=world, now=batch.asked_at, limits=_limits(batch))
    if checked.content_digest != batch.content_digest:
        return None
    _beat(batch, 1)
    if batch.client_limit is not None and not {client for client, _ in store.compare(checked).touched} <= set(world.clients):
        raise checking.Elsewhere("Some of these numbers belong to records of clients that this access does not cover.")
    result = store.import_checked(
        checked, source=batch.source.name, now=batch.asked_at, complete_to=batch.complete_to, allow_older=batch.allow_older, original=path
    )
    return Loaded(result.batch, result.inserted, result.updated, result.unchanged, result.touched, is_repeat=result.recognised)


@transaction.atomic
def finish_import(*, batch: Batch, loaded: Loaded, now: datetime) -> None:
    """State, remembered answers, audit entry and the word to the rooms above: all of it, or it is run again."""
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if (found.state, found.turn) != (State.IMPORTING, batch.turn):
        return
    found.state, found.imported_at, found.imported_by = State.IMPORTED, now, found.asked_by
    found.inserted, found.updated, found.unchanged = loaded.inserted, loaded.updated, loaded.unchanged
    found.store_batch, found.is_repeat, found.problem, found.older = loaded.id, loaded.is_repeat, "", False
    found.preview = {}
    found.save()
    assert found.source is not None
    sync_sources(store=the_store())
    _remember(found)
    audit.record(
        "import.done", about=found, by=found.asked_by, at=now, source=found.source.name, file=found.file_name, sha256=found.sha256,
        new=loaded.inserted, updated=loaded.updated, unchanged=loaded.unchanged, left_out=found.left_out, store_batch=loaded.id,
    )  # fmt: skip
    if loaded.touched:
        records_changed.send(Batch, touched=loaded.touched, at=now)


def _remember(batch: Batch) -> None:
    answers = plain(batch.repairs).remembered
    if not batch.remember or not answers.values or batch.source_id is None:
        return
    source = Source.objects.select_for_update().get(pk=batch.source_id)
    source.repairs = plain(source.repairs).plus(answers).model_dump(mode="json")
    source.save(update_fields=["repairs"])


@transaction.atomic
def _stopped(batch: Batch, problem: Exception, *, now: datetime, said: str = "") -> None:
    """Nothing was loaded; the file waits for another decision."""
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if (found.state, found.turn) != (State.IMPORTING, batch.turn):
        return
    found.state = State.NEEDS_DECISION if found.errors else State.READY
    found.problem, found.older = said or _plain(problem), isinstance(problem, OlderExport)
    found.save()
    audit.record("import.refused", about=found, by=found.asked_by, at=now, refused=True, problem=found.problem)


# --- undoing -------------------------------------------------------------------------------------------------------------


def undo(*, pk: int, now: datetime) -> Batch:
    """Take the last batch back, exactly once."""
    return _job(State.UNDOING, _undo, pk=pk, now=now)


def _undo(batch: Batch, now: datetime) -> None:
    assert batch.asked_at is not None
    try:
        done = whole_store().undo_last(now=batch.asked_at, expected=batch.store_batch)
    except (StoreError, OSError) as problem:
        said = "Another batch was imported after it." if isinstance(problem, NotTheLast) else _plain(problem)
        _end(batch, State.IMPORTED, problem=f"It was not undone. {said}")
        audit.record("import.undone", about=batch, by=batch.asked_by, at=now, refused=True, why=said)
        return
    finish_undo(batch=batch, touched=done.touched, now=now)


@transaction.atomic
def finish_undo(*, batch: Batch, touched: frozenset[ClientMonth], now: datetime) -> None:
    """State, audit entry and the word to the rooms above, together."""
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if (found.state, found.turn) != (State.UNDOING, batch.turn):
        return
    found.state, found.undone_at, found.undone_by, found.problem = State.UNDONE, now, found.asked_by, ""
    found.save()
    sync_sources(store=the_store())
    audit.record("import.undone", about=found, by=found.asked_by, at=now, store_batch=found.store_batch, file=found.file_name)
    if touched:
        records_changed.send(Batch, touched=touched, at=now)


# --- parts ---------------------------------------------------------------------------------------------------------------


def _beat(batch: Batch, step: int) -> None:
    Batch.objects.filter(pk=batch.pk, turn=batch.turn).update(step=step, beat_at=timezone.now())


def _end(batch: Batch, state: Any, **found: Any) -> None:
    """Write what was found, unless a person asked for something else meanwhile."""
    Batch.objects.filter(pk=batch.pk, turn=batch.turn, state=batch.state).update(
        state=state, step=0, beat_at=timezone.now(), **{"problem": "", "older": False, **found}
    )


def _older(problem: OlderExport) -> str:
    rows = f"{problem.records:,} of its rows are" if problem.records != 1 else "1 of its rows is"
    return (
        f"Its newest moment is {moment(problem.exported_at)}, but {rows} stored as an export from {moment(problem.newer)} had them."
        " Import the newer file, or say that this one is right."
    )


def _plain(problem: Exception) -> str:
    """What happened, for a person."""
    if isinstance(problem, FileRefused):
        where = f"Row {problem.error.row:,}: " if problem.error.row else ""
        text = f"{where}{problem.error.message}"
    elif isinstance(problem, OlderExport):
        return _older(problem)
    elif isinstance(problem, MappingError):
        text = "; ".join(str(fault) for fault in problem.faults)
    elif isinstance(problem, OSError):
        text = f"The file cannot be opened: {problem.strerror or problem}"
    else:
        text = str(problem)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
