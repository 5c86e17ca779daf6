"""What is not kept for good: uploaded files and lists of rejected rows, for as many days as the settings say.

The record store keeps the original bytes of everything that was loaded, so a scorecard can be recomputed long after.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from keepscore.clients.settings import keep_files_days
from keepscore.intake import files
from keepscore.intake.models import Batch, State
from keepscore.users import audit

ENDED = (State.IMPORTED, State.UNDONE, State.CANCELLED)      # nobody has them in hand any more


def remove_old_files(*, now: datetime) -> int:
    """Remove the files of batches that ended and are older than the settings allow; how many. Nothing where no limit is set."""
    days = keep_files_days()
    if days is None:
        return 0
    old = Batch.objects.filter(state__in=ENDED, received_at__lt=now - timedelta(days=days))
    needed = _paths(Batch.objects.exclude(pk__in=old.values("pk")))
    gone = sorted(path for path in _paths(old) - needed if files.place(path).is_file())
    if not gone:
        return 0
    with transaction.atomic():
        audit.record("files.removed", about="uploaded files", by=None, at=now, days=days, files=len(gone))
    for path in gone:
        files.place(path).unlink(missing_ok=True)
    return len(gone)


def _paths(batches: Any) -> set[str]:
    beside = {path for batch in batches.exclude(beside={}).only("path", "beside") for path in batch.beside_paths}
    return {path for pair in batches.values_list("path", "rejected") for path in pair if path} | beside
