"""One writer at a time: of two imports at once, one waits."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keepscore.records.store_errors import StoreBusy

_PAUSE_SECONDS = 0.05


def lock_path(root: Path | str) -> Path:
    """The lock lies in a local store; for a URL it lies on this machine, so it holds back the imports of one machine only."""
    if isinstance(root, Path):
        return root / ".lock"
    return Path(tempfile.gettempdir()) / f"keepscore-{hashlib.sha256(root.encode()).hexdigest()[:16]}.lock"


@contextmanager
def single_writer(root: Path | str, *, wait_seconds: float) -> Iterator[None]:
    """Hold the store for writing. The lock ends with the process, however it ends. StoreBusy after `wait_seconds`."""
    path = lock_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + wait_seconds
        while not _taken(handle):
            if time.monotonic() >= until:
                raise StoreBusy(f"Another import still holds the record store {root} after {wait_seconds:g} s. Try again later.")
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
