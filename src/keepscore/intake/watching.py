"""A watched folder: each file goes through the same operations as one that a person hands in, all or nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keepscore.intake import files, joins, operations
from keepscore.intake.models import AT_WORK, Batch, Source, State

DONE, REJECTED = "done", "rejected"
_CHUNK = 1 << 20
JOBS = {State.CHECKING: operations.check, State.IMPORTING: operations.load}
Clock = Callable[[], datetime]


class NotDeclared(LookupError):
    """There is no such source, or nobody has declared its columns."""

    def __init__(self, name: str) -> None:
        known = ", ".join(Source.objects.exclude(mapping="").values_list("name", flat=True)) or "none"
        super().__init__(f"The columns of the source {name!r} are not declared. Declared are: {known}. Import a first file in the browser.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file."""

    file: str
    was_imported: bool
    sentence: str


def source_of(name: str) -> Source:
    """The source with its columns declared. Raises NotDeclared."""
    found = Source.objects.filter(name=name).exclude(mapping="").first()
    if found is None:
        raise NotDeclared(name)
    if not found.watched:
        Source.objects.filter(pk=found.pk).update(watched=True)
    return found


def look(folder: Path, name: str, *, settled: float, clock: Clock) -> Iterator[Taken]:
    """Import every file that has stopped growing, the oldest first. Another watch of the same folder waits meanwhile."""
    with _alone(folder):
        for path in _settled(folder, settled):
            yield _take(path, source_of(name), clock=clock)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder / ".keepscore-watch", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _settled(folder: Path, seconds: float) -> list[Path]:
    """Files that have not changed for a while; hidden ones and links are left alone."""
    now = time.time()
    found = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink() and not path.name.startswith(".")]
    return sorted((path for path in found if now - path.stat().st_mtime >= seconds), key=lambda path: (path.stat().st_mtime, path.name))


def _take(path: Path, source: Source, *, clock: Clock) -> Taken:
    batch = _worked(_batch(path, source, clock=clock), clock)
    if batch.state == State.READY:
        batch = _worked(operations.ask_import(batch=batch, by=None, at=clock(), queued=False), clock)
    if batch.state == State.IMPORTED:
        _move(path, DONE)
        return Taken(path.name, True, _imported(path.name, batch))
    if batch.state in AT_WORK:
        return Taken(path.name, False, f"{path.name}: the worker has it in hand; it is looked at again.")
    if batch.state == State.READY and not batch.older:      # the store cannot be reached now: the file stays for the next look
        operations.give_up(batch=batch, at=clock())
        return Taken(path.name, False, f"{path.name}: not imported now. {batch.problem}")
    return _rejected(path, batch, source, clock=clock)


def _batch(path: Path, source: Source, *, clock: Clock) -> Batch:
    """The batch of this file: one that a killed watch has left, or a new one."""
    with path.open("rb") as file:
        kept = files.keep(iter(lambda: file.read(_CHUNK), b""), name=path.name)
    left = Batch.objects.filter(sha256=kept.sha256, source=source, received_by__isnull=True, state__in=(*AT_WORK, State.READY)).first()
    return left or operations.receive(kept=kept, by=None, at=clock(), source=source, queued=False)


def _worked(batch: Batch, clock: Clock) -> Batch:
    for _turn in range(3):
        job = JOBS.get(State(batch.state))
        if job is None:
            return batch
        batch = job(pk=batch.pk, now=clock())
    return batch


def _imported(name: str, batch: Batch) -> str:
    if not batch.inserted and not batch.updated:
        return f"{name}: nothing new, all {batch.unchanged:,} records were there already."
    return f"{name}: {batch.inserted:,} new, {batch.updated:,} updated, {batch.unchanged:,} unchanged."


def _rejected(path: Path, batch: Batch, source: Source, *, clock: Clock) -> Taken:
    """The whole file aside, with its rejected rows and why; nothing of it was loaded."""
    why = [batch.problem] if batch.problem else []
    why += [f"{group['title']}. {group['detail']}" for group in batch.groups]
    if not why and (files_beside := joins.missing_of(batch, source.mappings)):
        why.append(f"Its columns join {', '.join(files_beside)}, which a watched folder does not take. Import it by the browser.")
    if not why:
        why.append("Its columns are not those that are declared for the source.")
    aside = _move(path, REJECTED)
    if batch.rejected and files.place(batch.rejected).is_file():
        shutil.copyfile(files.place(batch.rejected), aside.with_name(f"{aside.stem}-rejected.csv"))
    aside.with_name(f"{aside.stem}-report.txt").write_text("\n".join([f"{path.name} was not imported.", *why]) + "\n", encoding="utf-8")
    operations.give_up(batch=batch, at=clock())
    rows = f"{batch.errors:,} row{'' if batch.errors == 1 else 's'} cannot be imported."
    return Taken(path.name, False, f"{path.name}: rejected, nothing was imported. {rows if batch.errors else why[0]}")


def _move(path: Path, where: str) -> Path:
    """Into a folder beside it, never over a file that lies there."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    names = (path.name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, 100_000)))
    target = next(folder / name for name in names if not (folder / name).exists())
    path.rename(target)
    return target
