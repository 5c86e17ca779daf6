"""Keeping rows, files and the record store in step, whatever was killed in between."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from keepscore.intake import files, queue
from keepscore.intake.held import is_held
from keepscore.intake.models import AT_WORK, Batch, Source
from keepscore.intake.store import whole_store
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import StoreError

SILENT = timedelta(seconds=60)      # without a sign of life for so long, and in nobody's hand, a job was killed or lost


def reconcile(*, now: datetime) -> dict[str, int]:
    """Hand killed jobs to the worker again, make sources agree with the store, sweep files that nobody knows. Safe to repeat.

    A kill between the store and the database leaves a batch that is still being imported: its job finds it in the store and ends it.
    """
    real = timezone.now()
    at_work = Batch.objects.filter(Q(state__in=AT_WORK) | Q(is_moving=True), beat_at__lt=real - SILENT)
    killed = [batch for batch in at_work.only("pk") if not is_held(batch.pk)]
    for batch in killed:
        Batch.objects.filter(pk=batch.pk).update(beat_at=real)
        queue.put(batch)
    try:
        sync_sources(store=whole_store())
    except StoreError as problem:      # what the sources hold is not forgotten because their store is not there
        logging.getLogger("keepscore").warning("the sources were not looked at: %s", problem)
    known = [path for pair in Batch.objects.values_list("path", "rejected") for path in pair if path]
    known += [path for batch in Batch.objects.exclude(beside={}).only("path", "beside") for path in batch.beside_paths]
    return {"imports taken up again": len(killed), "files swept": files.sweep(known, now=real.timestamp())}


def sync_sources(*, store: RecordStore) -> None:
    """Every source of the store has its row, with how far it is complete."""
    states = {state.source: state for state in store.sources()}
    have = {source.name: source for source in Source.objects.all()}
    Source.objects.bulk_create(Source(name=name) for name in states if name not in have)
    for source in Source.objects.all():
        state = states.get(source.name)
        complete_to, records = (state.complete_to, state.records) if state else (None, 0)
        if (source.complete_to, source.records) != (complete_to, records):
            Source.objects.filter(pk=source.pk).update(complete_to=complete_to, records=records)
