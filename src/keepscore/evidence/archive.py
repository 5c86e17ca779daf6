"""A bundle as a folder or as one .zip file: named bytes either way.

The .zip is stored, not compressed, in the order of names, with one fixed date, so that the same files give the same
bytes on every machine, and so that a change of the container itself is found by writing it again.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

LARGEST_FILE = 512 * 2**20
LARGEST_ALL = 1024 * 2**20
MOST_FILES = 500
_DATE = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"(?:earlier/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class NotABundle(ValueError):
    """What was handed in is not an evidence bundle, with what is wrong."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The bytes of the .zip: the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpack(path: Path) -> dict[str, bytes]:
    """The files of a bundle, from a folder or a .zip; NotABundle where the container is not as it was written."""
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise NotABundle(f"{path} is not there; hand in a folder or a .keepscore.zip file")
    if path.stat().st_size > LARGEST_ALL:
        raise NotABundle(f"{path.name} is larger than a bundle may be (1 GiB)")
    return unpack_bytes(path.read_bytes(), name=path.name)


def unpack_bytes(data: bytes, *, name: str = "bundle") -> dict[str, bytes]:
    """The files of a .zip in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names([entry.filename for entry in entries])
            if any(entry.compress_type != zipfile.ZIP_STORED or entry.file_size > LARGEST_FILE for entry in entries):
                raise NotABundle(f"{name}: a file in it is compressed or too large; a bundle's .zip only stores")
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        if isinstance(error, NotABundle):
            raise
        raise NotABundle(f"{name} is not a readable .zip file: {error}") from None
    if pack(files) != data:
        again = "if it was packed again, unpack it and verify the folder"
        raise NotABundle(f"{name}: the .zip container is not the one that was written; {again}")
    return files


def _from_folder(folder: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(folder.rglob("*")) if not path.is_dir() or path.is_symlink()]
    names = [path.relative_to(folder).as_posix() for path in paths]
    _check_names(names)
    for path in paths:
        if path.is_symlink() or path.stat().st_size > LARGEST_FILE:
            raise NotABundle(f"{path.name} is a link or too large; a bundle holds plain files only")
    return {name: path.read_bytes() for name, path in zip(names, paths, strict=True)}


def _check_names(names: list[str]) -> None:
    if len(names) > MOST_FILES:
        raise NotABundle(f"it holds {len(names)} files; a bundle has at most {MOST_FILES}")
    if len(set(names)) != len(names):
        raise NotABundle("it holds two files of one name")
    for name in names:
        if not _NAME.fullmatch(name):
            raise NotABundle(f"it holds a file called {name[:60]!r}; a bundle has no such file")
