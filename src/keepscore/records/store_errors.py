"""What can keep the record store from answering, said so that a person knows what to do next."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from deltalake.exceptions import DeltaError


class StoreError(Exception):
    """The record store did not do what was asked; the message says why and what would help."""


class StoreBusy(StoreError):
    """Another import holds the store."""


class StoreFull(StoreError):
    """The disk under the store is full."""


class StoreUnreadable(StoreError):
    """The store cannot be reached, read or written."""


class TypeClash(StoreError):
    """A column arrives with another type than the one it is stored with."""


class OlderExport(StoreError):
    """A file that was exported before what is already stored would undo it."""

    def __init__(self, *, source: str, exported_at: datetime, newer: datetime, records: int) -> None:
        self.source, self.exported_at, self.newer, self.records = source, exported_at, newer, records
        super().__init__(
            f"This export of {source} is from {exported_at:%Y-%m-%d %H:%M:%S} UTC, but {records} of its rows were last changed by an export"
            f" from {newer:%Y-%m-%d %H:%M:%S} UTC. Import the newer file; if this one is right, say so with --allow-older,"
            " or state when it was made with --exported-at."
        )


class NotTheLast(StoreError):
    """Only the last batch can be undone."""

    def __init__(self, *, expected: str, last: str | None) -> None:
        self.expected, self.last = expected, last
        there = f"the last one is {last}" if last else "the record store holds no batch"
        super().__init__(f"Only the last batch can be undone. Batch {expected} is not the last: {there}. Nothing was changed.")


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turn what the operating system or Delta says into a StoreError about the store at `where`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full(where) from error
        raise unreadable(where, error.strerror or str(error)) from error
    except DeltaError as error:
        if "No space left on device" in str(error) or "os error 28" in str(error):
            raise full(where) from error
        raise unreadable(where, first_line(error)) from error


def full(where: str) -> StoreFull:
    return StoreFull(f"The disk of the record store {where} is full. Nothing of this file was loaded; make room and import it again.")


def unreadable(where: str, why: str) -> StoreUnreadable:
    return StoreUnreadable(f"The record store {where} cannot be used: {why}. Check the path and its rights.")


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
