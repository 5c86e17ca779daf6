"""Files for the tests of importing, and the worker's part done at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from keepscore.intake import files, operations
from keepscore.intake.models import Batch, Source, State
from tests.world import HEADER, MAPPING, NOW

GOOD = (
    "N-0001,acme,desk,P1,Leeds,2026-09-21T09:00:00Z,2026-09-21T10:00:00Z,20",
    "N-0002,acme,desk,P2,York,2026-09-22T09:00:00Z,2026-09-25T16:00:00Z,30",
)
WRONG_PRIORITY = "N-0003,acme,desk,P2-High,York,2026-09-22T09:00:00Z,2026-09-22T10:00:00Z,30"
WRONG_CLIENT = "N-0004,Acne,desk,P2,York,2026-09-22T09:00:00Z,2026-09-22T10:00:00Z,30"
WRONG_ORDER = "N-0005,acme,desk,P2,York,2026-09-22T09:00:00Z,2026-09-02T10:00:00Z,30"
WORK = {State.CHECKING: operations.check, State.IMPORTING: operations.load, State.UNDOING: operations.undo}


def csv(rows: Sequence[str], *, header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def upload(content: bytes, *, name: str = "desk.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def worked(batch: Batch, *, now: datetime = NOW) -> Batch:
    """The batch after the worker has done what it was asked."""
    batch.refresh_from_db()
    while batch.state in WORK:
        batch = WORK[State(batch.state)](pk=batch.pk, now=now)
    return batch


def declared() -> Source:
    """The source of the world's records with its columns declared, as after a first import."""
    source, _ = Source.objects.update_or_create(name="desk", defaults={"mapping": MAPPING})
    return source


def received(content: bytes, *, by: Any, name: str = "desk.csv", source: Source | None = None) -> Batch:
    """A file handed in and checked."""
    kept = files.keep([content], name=name)
    return worked(operations.receive(kept=kept, by=by, at=NOW, source=source))


def sent(browser: Any, content: bytes, *, name: str = "desk.csv") -> Batch:
    """A file handed in by a browser, and checked."""
    answer = browser.post("/import/upload/", {"file": upload(content, name=name)})
    assert answer.status_code == 302, answer.content[:2000]
    return worked(Batch.objects.get(pk=int(answer.headers["Location"].strip("/").split("/")[-1])))
