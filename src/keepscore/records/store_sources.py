"""How far each source has come: what people look at before they trust a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keepscore.records.store_batches import Batch, newest_complete


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: up to when it is complete, when its last batch came and how many of its rows that left out, and its records in all."""

    source: str
    complete_to: datetime | None
    last_batch_at: datetime
    last_batch: str
    records: int
    rejected_rows: int


def source_states(in_force: Sequence[Batch]) -> tuple[SourceState, ...]:
    """All sources by name. Nothing is ever deleted, so the records of a source are those that its batches inserted."""
    complete = newest_complete(in_force)
    result = []
    for source in sorted({batch.source for batch in in_force}):
        own = [batch for batch in in_force if batch.source == source]
        last = own[-1]
        inserted = sum(batch.inserted for batch in own)
        result.append(SourceState(source, complete.get(source), last.at, last.id, inserted, len(last.rejected_rows)))
    return tuple(result)
