"""The one record store of this installation."""

from __future__ import annotations

from django.conf import settings

from keepscore.records.store import RecordStore
from keepscore.records.store_touched import ClientMonth


def the_store() -> RecordStore:
    """The store at KEEPSCORE_STORE (default: in the installation's home); nothing is made there before the first import."""
    return RecordStore(settings.KEEPSCORE_STORE)


def touched_by(store: RecordStore, batch: str) -> frozenset[ClientMonth]:
    """The months whose numbers may differ because of a batch that the store holds."""
    return store.touched_by(batch)
