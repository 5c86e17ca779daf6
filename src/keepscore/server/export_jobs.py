"""An export that somebody asked for: the worker makes it, and it stays for a week."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django_tasks import task

from keepscore.clients.models import WholeExport
from keepscore.server.export import write_export
from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.web import clock

KEPT = timedelta(days=7)
State = WholeExport.State


def folder() -> Path:
    return Path(settings.HOME) / "whole-exports"


def ask(*, by: Actor, at: datetime) -> WholeExport:
    """Have the worker make an export; the one that waits already where there is one, and the worker is asked again."""
    try:
        with transaction.atomic():
            wish = WholeExport.objects.create(asked_at=at, asked_by=by.user)
            audit.record("export.asked", about=wish, by=by, at=at)
    except IntegrityError:
        wish = WholeExport.objects.get(state=State.WAITING)
    transaction.on_commit(lambda: make_waiting_export.enqueue())
    return wish


@task()
def make_waiting_export() -> bool:
    """Make the export that waits; False where none does."""
    return make_waiting(at=clock.now())


def make_waiting(*, at: datetime) -> bool:
    """Killed at any moment, the wish stays and the next worker begins again. A failure is kept with its reason, then raised."""
    wish = WholeExport.objects.filter(state=State.WAITING).first()
    if wish is None:
        return False
    name = f"keepscore-export-{wish.pk}.zip"
    try:
        manifest = write_export(folder() / name, at=at)
    except Exception as problem:
        _end(wish, State.FAILED, at=at, problem=f"{type(problem).__name__}: {problem}"[:2000])
        raise
    wish.file, wish.size, wish.found = name, (folder() / name).stat().st_size, manifest["counts"]
    wish.sha256 = _digest(folder() / name)
    _end(wish, State.DONE, at=at)
    sweep(at=at)
    return True


def file_of(wish: WholeExport) -> Path | None:
    """The file, where it still stands."""
    path = folder() / wish.file
    return path if wish.file and path.is_file() else None


def sweep(*, at: datetime) -> int:
    """Remove the files of all but the latest export, and that too when its week is over; how many."""
    kept = WholeExport.objects.filter(state=State.DONE, ended_at__gt=at - KEPT).first()
    gone = [path for path in folder().glob("keepscore-export-*.zip") if kept is None or path.name != kept.file] if folder().is_dir() else []
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


@transaction.atomic
def _end(wish: WholeExport, state: str, *, at: datetime, problem: str = "") -> None:
    wish.state, wish.ended_at, wish.problem = state, at, problem
    wish.save()
    audit.record(f"export.{state}", about=wish, by=None, at=at, size=wish.size, sha256=wish.sha256, problem=problem)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
