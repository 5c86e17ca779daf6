"""Files on their way in: written beside, synced, renamed under their hash; never half there."""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')
_PART = ".part"
_FORGOTTEN = 24 * 3600      # seconds after which what nobody finished writing is removed


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is whole on the disk. `path` is below the folder of uploads."""

    name: str
    path: str
    size: int
    sha256: str


def folder() -> Path:
    return Path(settings.FOLDERS.uploads)


def place(path: str) -> Path:
    """The file of a kept path."""
    return folder() / path


def keep(chunks: Iterable[bytes], *, name: str) -> Kept:
    """Write what arrives, hash it on the way, force it to the disk, and only then give it its name."""
    temporary = folder() / f"{os.getpid()}-{time.monotonic_ns()}{_PART}"
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("xb") as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            target.flush()
            os.fsync(target.fileno())
        sha256, safe = digest.hexdigest(), safe_name(name)
        final = folder() / sha256 / safe
        final.parent.mkdir(exist_ok=True)
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
    _settle(final.parent, folder())
    return Kept(safe, f"{sha256}/{safe}", size, sha256)


def safe_name(name: str) -> str:
    """A file name that every file system takes and that leads nowhere else; its ending stays."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = _UNSAFE.sub("_", last).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    return f"{stem[:90]}{dot}{ending[:10]}" if dot and stem else cleaned[:100]


def sweep(known: Iterable[str], *, now: float) -> int:
    """Remove what a killed upload left: half-written files, and whole ones of which no batch knows. How many were removed."""
    kept, removed = set(known), 0
    for path in [*folder().glob(f"*{_PART}"), *folder().glob("*.upload*"), *folder().glob("*/*")]:
        named = str(path.relative_to(folder()))
        if path.is_file() and named not in kept and now - path.stat().st_mtime > _FORGOTTEN:
            path.unlink(missing_ok=True)
            removed += 1
    for path in folder().iterdir():
        if path.is_dir() and now - path.stat().st_mtime > _FORGOTTEN and not any(path.iterdir()):
            path.rmdir()
    return removed


def discard(path: str) -> None:
    """Remove a file that nobody needs any more."""
    place(path).unlink(missing_ok=True)


def _settle(*folders: Path) -> None:
    for one in folders:
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def beside(path: str, name: str) -> str:
    """A path next to a kept file."""
    return f"{path.rsplit('/', 1)[0]}/{name}"


def keep_beside(chunks: Iterable[bytes], *, path: str, name: str) -> None:
    """Write a look-up file next to a kept file; it is there only when it is whole."""
    with written(beside(path, name)) as temporary, temporary.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())


@contextmanager
def written(path: str) -> Iterator[Path]:
    """A place to write to; the file has its name only when it is whole."""
    final = place(path)
    temporary = final.with_name(f"{final.name}{_PART}")
    try:
        yield temporary
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
