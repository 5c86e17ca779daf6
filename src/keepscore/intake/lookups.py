"""A look-up file on its way in: written beside its file, looked at, and known to the batch only when it can be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from keepscore.intake import files, operations
from keepscore.intake.joins import looked_at, named_in
from keepscore.intake.models import Batch
from keepscore.records.checks.errors import FileRefused
from keepscore.users.audit import Actor


def hand_in(batch: Batch, chunks: Iterable[bytes], *, name: str, by: Actor, at: datetime, typed: str = "") -> Batch:
    """Keep a look-up file beside the file of a batch. `typed` is a mapping that may name its columns, where it has no header.

    Raises FileRefused where it cannot be read, NotNow.
    """
    safe = files.safe_name(name)
    path = files.beside(batch.path, safe)
    if path in (batch.path, batch.rejected):
        raise FileRefused("file_type", _("A look-up file needs another name than the file itself."))
    kept = files.keep(chunks, name=safe)
    try:
        named = named_in((typed, batch.mapping, *(batch.source.mappings if batch.source else ())), safe)
        found = {"columns": list(named.columns or ()), "samples": {}} if named is not None else looked_at(files.place(kept.path))
        with files.place(kept.path).open("rb") as whole:
            files.keep_beside(iter(lambda: whole.read(1 << 20), b""), path=batch.path, name=safe)
    finally:
        if not Batch.objects.filter(path=kept.path).exists():
            files.discard(kept.path)
    return operations.keep_beside(batch=batch, name=safe, looked_at=found, by=by, at=at)
