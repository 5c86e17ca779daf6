"""Handing a batch to the worker; the job is in the database with the change that asked for it, or neither is."""

from __future__ import annotations

from keepscore.intake.models import Batch


def put(batch: Batch) -> None:
    """Queue the work that the state of the batch asks for."""
    from keepscore.intake.tasks import work_on

    work_on.enqueue(batch.pk)
