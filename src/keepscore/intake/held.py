"""One worker for a batch at a time: a lock on a file, which ends with the process that holds it, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from keepscore.intake import files


@contextmanager
def held(pk: int) -> Iterator[bool]:
    """Whether the batch could be taken in hand; it is let go at the end."""
    place = files.folder() / "locks"
    place.mkdir(exist_ok=True)
    handle = os.open(place / str(pk), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def is_held(pk: int) -> bool:
    """Whether some process has the batch in hand."""
    with held(pk) as free:
        return not free
