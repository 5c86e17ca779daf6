"""The one record store of this installation."""

from __future__ import annotations

from django.conf import settings

from keepscore.records.store import RecordStore


def the_store() -> RecordStore:
    """The store at KEEPSCORE_STORE (default: in the installation's home); nothing is made there before the first import."""
    return RecordStore(settings.KEEPSCORE_STORE)
