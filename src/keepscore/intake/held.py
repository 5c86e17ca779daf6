"""One worker for a batch at a time: a lock on a file, which ends with the process that holds it, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from keepscore.intake import files


@contextmanager
def held(pk: int, *, wait: float = 0) -> Iterator[bool]:
    """Whether the batch could be taken in hand within `wait` seconds; it is let go at the end."""
    place = files.folder() / "locks"
    place.mkdir(exist_ok=True)
    handle = os.open(place / str(pk), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + wait
        while not (mine := _taken(handle)) and time.monotonic() < until:
            time.sleep(0.1)
        yield mine
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(pk: int) -> bool:
    """Whether some process has the batch in hand."""
    with held(pk) as free:
        return not free
