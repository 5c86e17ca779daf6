"""Where the parts of a store lie, the original bytes of what was imported, and making written files survive a power cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow import fs


def root_of(place: str | os.PathLike[str]) -> Path | str:
    """A local folder as Path, anything else as URL without a slash at its end."""
    text = os.fspath(place)
    if text.startswith("file://"):
        return Path(unquote(urlsplit(text).path))
    return text.rstrip("/") if "://" in text else Path(text).absolute()


def part(root: Path | str, name: str) -> str:
    return str(root / name) if isinstance(root, Path) else f"{root}/{name}"


def keep_original(root: Path | str, file: Path, *, sha256: str) -> str:
    """Copy the bytes to originals/<sha256>, once; gives the place. Written beside, synced, then renamed: never half there."""
    name = f"originals/{sha256}"
    if isinstance(root, str):
        filesystem, base = fs.FileSystem.from_uri(f"{root}/{name}")
        with file.open("rb") as source, filesystem.open_output_stream(base) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return part(root, name)
    target_path = root / name
    if not target_path.exists():
        target_path.parent.mkdir(parents=True, exist_ok=True)
        sweep(target_path.parent)
        beside = target_path.with_suffix(".part")
        shutil.copyfile(file, beside)
        sync([beside])
        beside.rename(target_path)
        sync([target_path.parent])
    return str(target_path)


def sweep(folder: Path) -> None:
    """Remove what a killed import left half-copied. Called by the single writer only."""
    for orphan in folder.glob("*.part"):
        orphan.unlink()


def sync(paths: Iterable[Path]) -> None:
    """Force files, or the entries of folders, to the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
