"""Where published bundles stand: one folder a client, one file a bundle, only ever added to.

A bundle is written beside its place under another name, synced, then given its name in one step, so that a process
killed at any moment leaves either nothing or all of it. A lock, which dies with its holder, keeps two publishers apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from keepscore.evidence.canonical import digest
from keepscore.evidence.keys import is_signed

ENDING = ".keepscore.zip"
_TEMPORARY = ".writing-"


class BrokenShelf(ValueError):
    """A bundle that was published here is no longer what it was; nothing is added until that is mended."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A bundle that was published before."""

    path: Path
    manifest: dict[str, Any]
    digest: str             # of manifest.json, which the next bundle names

    @property
    def chain(self) -> int:
        return int(self.manifest["chain"]["number"])


def safe_name(text: str) -> str:
    """A file name for a key; different keys give different names."""
    name = quote(text, safe="")
    name = f"%2E{name[1:]}" if name.startswith(".") else name
    return name if len(name) <= 100 else f"{name[:80]}~{digest(text.encode())[:16]}"


@contextmanager
def shelf(out: Path, client: str) -> Iterator[Path]:
    """The client's folder, held alone; what a killed publisher left half is swept."""
    folder = out / safe_name(client)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for orphan in folder.glob(f"{_TEMPORARY}*"):
            orphan.unlink()
        yield folder
    finally:
        os.close(handle)


def filed(folder: Path) -> list[Filed]:
    """The client's bundles in the order in which they were published; each must still carry its signature."""
    whole = [path for path in folder.glob(f"*{ENDING}") if not path.name.startswith(_TEMPORARY)]
    found = sorted((read_filed(path) for path in whole), key=lambda item: item.chain)
    for before, item in zip([None, *found], found, strict=False):
        if item.manifest["chain"]["previous"] != (before.digest if before else None):
            raise BrokenShelf(f"{item.path} does not follow on {before.path.name if before else 'nothing'}; put the missing bundle back")
    return found


def put(folder: Path, name: str, data: bytes) -> Path:
    """A new file, whole or not at all; never over another one."""
    path = folder / name
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    temporary = folder / f"{_TEMPORARY}{name}"
    with temporary.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    _sync(folder)
    return path


def _sync(folder: Path) -> None:
    """The name itself must survive a power cut, not only the bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_filed(path: Path) -> Filed:
    """Only the manifest is read: the chain needs no more, and a client may have many bundles."""
    try:
        with zipfile.ZipFile(path) as archive:
            data, signature = archive.read("manifest.json"), archive.read("manifest.sig").decode().strip()
        manifest: dict[str, Any] = json.loads(data)
        whole = is_signed(data, signature, manifest["key"]["public_key"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        whole = False
    if not whole:
        raise BrokenShelf(f"{path} was changed after it was published; restore it from a copy")
    return Filed(path, manifest, digest(data))
