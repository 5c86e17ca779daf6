"""Tables that a process opened before, kept for the next reader: a version of a table never changes once it is written.

Kept by the file of the log that makes the version, with its place on the disk and its moment, so that a store that was removed and
made again at the same path is another one. Stores at a URL are opened each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

Made = TypeVar("Made")
KEEP = 32
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def once(key: Hashable | None, make: Callable[[], Made]) -> Made:
    """What was made under this key before, else made now; a key of None keeps nothing. Two threads may both make it."""
    if key is None:
        return make()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: Made = _kept[key]
            return found
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > KEEP:
            _kept.popitem(last=False)
    return made


def stamp(table: str, version: int) -> Hashable | None:
    """What tells this version of a local table from every other; None where it has no file of its own in the log."""
    return _of(Path(table, "_delta_log", f"{version:020d}.json"))


def newest(table: str) -> Hashable | None:
    """The same for the newest version."""
    last = max((entry for entry in _names(Path(table, "_delta_log"))), default=None)
    return _of(Path(table, "_delta_log", last)) if last else None


def _names(log: Path) -> list[str]:
    return [path.name for path in log.glob("*.json") if path.stem.isdigit()]


def _of(file: Path) -> Hashable | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return str(file), found.st_ino, found.st_mtime_ns, found.st_size
