"""What people ask for: a file taken in, its columns declared, rows answered, the import, its undo. The worker does the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from keepscore.intake import files, queue
from keepscore.intake.models import IN_HAND, Batch, Source, State
from keepscore.records.mapping import MappingError, loads_mapping
from keepscore.records.repairs import Repairs
from keepscore.users import audit, refusals
from keepscore.users.audit import Actor

IMPORTABLE = (State.READY, State.NEEDS_DECISION)


class NotNow(RuntimeError):
    """The batch is in another state than this needs: somebody or the worker was quicker."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        super().__init__(f"{batch.file_name} {batch.get_state_display()}; look at it again.")


class NotTheLastBatch(NotNow):
    """Only the last batch that was imported can be undone."""


@transaction.atomic
def receive(*, kept: files.Kept, by: Actor | None, at: datetime, source: Source | None = None, queued: bool = True) -> Batch:
    """Take in a file that is whole on the disk. With a source its declared columns are tried first, else those of every source.

    `by` is None for a watched folder. `queued=False` leaves the work to the caller.
    """
    limit = by.client_limit if by else None
    batch = Batch.objects.create(
        source=source, file_name=kept.name, size=kept.size, sha256=kept.sha256, path=kept.path, received_at=at,
        received_by=by.user if by else None, client_limit=None if limit is None else sorted(limit),
    )  # fmt: skip
    audit.record("import.received", about=batch, by=by, at=at, file=kept.name, sha256=kept.sha256, bytes=kept.size)
    _hand_over(batch, State.CHECKING, by=by, at=at, queued=queued)
    return batch


@transaction.atomic
def declare(*, batch: Batch, text: str, by: Actor | None, at: datetime, queued: bool = True) -> Batch:
    """Declare the columns of a file, and so of its source, which is made when it is new. Raises MappingError, NotNow."""
    mapping = loads_mapping(text, name="columns")
    batch = _locked(batch, IN_HAND)
    source, is_new = Source.objects.select_for_update().get_or_create(name=mapping.source)
    is_first = not source.mapping or _table_of(source.mapping) in ("", mapping.table)
    before = source.mapping if is_first else source.others.get(mapping.table, "")
    if before != text:
        if is_first:
            source.mapping = text
        else:
            source.others = {**source.others, mapping.table: text}
        source.saved_at, source.saved_by = at, by.user if by else None
        source.save(update_fields=["mapping", "others", "saved_at", "saved_by"])
        audit.record("import.columns-declared", about=source, by=by, at=at, source=source.name, text=text, new=is_new or not before)
    batch.source, batch.mapping = source, text
    batch.repairs = Repairs().model_dump(mode="json")
    _hand_over(batch, State.CHECKING, by=by, at=at, queued=queued)
    return batch


@transaction.atomic
def keep_beside(*, batch: Batch, name: str, looked_at: Mapping[str, Any], by: Actor, at: datetime) -> Batch:
    """A look-up file lies beside a file now, in place of one of the same name. Raises NotNow."""
    batch = _locked(batch, IN_HAND)
    batch.beside = {**batch.beside, name: dict(looked_at)}
    batch.save(update_fields=["beside"])
    audit.record("import.look-up-received", about=batch, by=by, at=at, file=name)
    return batch


@transaction.atomic
def drop_beside(*, batch: Batch, name: str, by: Actor, at: datetime) -> Batch:
    """Take a look-up file away again. Raises NotNow."""
    batch = _locked(batch, IN_HAND)
    if name in batch.beside:
        batch.beside = {file: info for file, info in batch.beside.items() if file != name}
        batch.save(update_fields=["beside"])
        audit.record("import.look-up-dropped", about=batch, by=by, at=at, file=name)
    return batch


@transaction.atomic
def answer(
    *, batch: Batch, by: Actor, at: datetime, values: Mapping[str, Mapping[str, str]] | None = None,
    cells: Mapping[int, Mapping[str, str]] | None = None, left_out: Iterable[int] = (), remember: bool = True,
) -> Batch:  # fmt: skip
    """Add a person's answers: texts that mean a known value, corrected cells, rows to leave out. The file is then checked again.

    Raises NotNow, pydantic's ValidationError where an answer is no text.
    """
    later = Repairs.model_validate({"values": values or {}, "cells": cells or {}, "left_out": tuple(left_out)})
    batch = _locked(batch, IMPORTABLE)
    batch.repairs = Repairs.model_validate(batch.repairs).plus(later).model_dump(mode="json")
    batch.remember = remember
    audit.record(
        "import.answered", about=batch, by=by, at=at, values=later.values, cells=len(later.cells), left_out=len(later.left_out),
        remember=remember,
    )  # fmt: skip
    _hand_over(batch, State.CHECKING, by=by, at=at)
    return batch


@transaction.atomic
def take_back(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Take back every answer given for this file; what the source remembers stays. Raises NotNow."""
    batch = _locked(batch, IN_HAND)
    batch.repairs = Repairs().model_dump(mode="json")
    audit.record("import.answers-taken-back", about=batch, by=by, at=at)
    _hand_over(batch, State.CHECKING, by=by, at=at)
    return batch


@transaction.atomic
def look_again(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Check the file again, after a client or contract was added. Raises NotNow."""
    batch = _locked(batch, IN_HAND)
    _hand_over(batch, State.CHECKING, by=by, at=at)
    return batch


@transaction.atomic
def ask_import(
    *, batch: Batch, by: Actor | None, at: datetime, complete_to: datetime | None = None, allow_older: bool = False, queued: bool = True
) -> Batch:
    """Ask for the import of the rows that are ready; the others are left out, and the batch remembers them. Raises NotNow."""
    batch = _locked(batch, IMPORTABLE)
    if not batch.ready:
        raise NotNow(batch)
    batch.complete_to, batch.allow_older = complete_to or batch.newest, allow_older
    audit.record(
        "import.asked", about=batch, by=by, at=at, records=batch.ready, left_out=batch.left_out, allow_older=allow_older,
        complete_to=batch.complete_to.isoformat() if batch.complete_to else None,
    )  # fmt: skip
    _hand_over(batch, State.IMPORTING, by=by, at=at, queued=queued)
    return batch


@transaction.atomic
def cancel(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Give a file up before it is imported: nothing of it was loaded, and the file is removed. Raises NotNow."""
    batch = _locked(batch, (*IN_HAND, State.CHECKING))
    batch.state, batch.turn = State.CANCELLED, batch.turn + 1
    batch.preview, batch.groups, batch.moves, batch.is_moving = {}, [], [], False
    batch.save()
    audit.record("import.cancelled", about=batch, by=by, at=at)
    if not Batch.objects.filter(path=batch.path).exclude(state=State.CANCELLED).exists():
        for path in (batch.path, *batch.beside_paths):
            transaction.on_commit(partial(files.discard, path))
    return batch


@transaction.atomic
def give_up(*, batch: Batch, at: datetime) -> Batch:
    """A watched folder gives a file up that cannot be imported: it lies aside there, and the history says why. Raises NotNow."""
    batch = _locked(batch, IN_HAND)
    problem = batch.problem or "; ".join(str(group["title"]) for group in batch.groups) or "Its columns are not those of the source."
    batch.state, batch.turn, batch.problem, batch.preview = State.REFUSED, batch.turn + 1, problem, {}
    batch.save()
    audit.record("import.refused", about=batch, by=None, at=at, refused=True, problem=problem)
    return batch


def ask_undo(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Ask for the undo of the last batch. Raises NotNow, NotTheLastBatch; the latter is on record."""
    try:
        return _ask_undo(batch, by=by, at=at)
    except NotTheLastBatch:
        why = "Another batch was imported after it"
        refusals.keep("import.undo-asked", about=batch, why=why, by=by, at=at)
        raise


@transaction.atomic
def _ask_undo(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    batch = _locked(batch, (State.IMPORTED,))
    last = last_batch()
    if last is None or last.pk != batch.pk:
        raise NotTheLastBatch(batch)
    audit.record("import.undo-asked", about=batch, by=by, at=at, store_batch=batch.store_batch)
    _hand_over(batch, State.UNDOING, by=by, at=at)
    return batch


@transaction.atomic
def forget(*, source: Source, field: str, found: str, by: Actor, at: datetime) -> Source:
    """Forget one remembered answer, so that the next file asks again."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    values = {name: {text: to for text, to in answers.items() if (name, text) != (field, found)}
              for name, answers in Repairs.model_validate(source.repairs).values.items()}
    source.repairs = Repairs(values={name: answers for name, answers in values.items() if answers}).model_dump(mode="json")
    source.save(update_fields=["repairs"])
    audit.record("import.answer-forgotten", about=source, by=by, at=at, field=field, found=found)
    return source


def last_batch() -> Batch | None:
    """The batch that can be undone: the last one in the record store that came through here and is still in force."""
    found = Batch.objects.filter(state__in=(State.IMPORTED, State.UNDOING), is_repeat=False).exclude(store_batch="")
    return found.order_by("-store_batch").first()


def _table_of(text: str) -> str:
    """The table of a declared mapping; empty where it cannot be read any more, so that the next one takes its place."""
    try:
        return str(loads_mapping(text, name="columns").table)
    except MappingError:
        return ""


def _locked(batch: Batch, states: Iterable[Any]) -> Batch:
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if found.state not in tuple(states):
        raise NotNow(found)
    return found


def _hand_over(batch: Batch, state: Any, *, by: Actor | None, at: datetime, queued: bool = True) -> None:
    """Give the batch to the worker, in this transaction."""
    batch.state, batch.turn, batch.step = state, batch.turn + 1, 0
    batch.asked_at, batch.asked_by, batch.beat_at = at, by.user if by else None, timezone.now()
    batch.problem, batch.older, batch.is_moving = "", False, False
    batch.save()
    if queued:
        queue.put(batch)


def plain(repairs: Any) -> Repairs:
    """Stored answers as a value."""
    return Repairs.model_validate(repairs or {})
