"""The one record store of this installation, and not an empty place where it should be.

A folder that is not mounted looks like a store before its first import: nothing may be imported there, or compared with it.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from keepscore.intake.models import Batch, Source
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import StoreUnreadable
from keepscore.records.store_touched import ClientMonth


def the_store() -> RecordStore:
    """The store at KEEPSCORE_STORE (default: in the installation's home); nothing is made there before the first import."""
    return RecordStore(settings.KEEPSCORE_STORE)


def whole_store() -> RecordStore:
    """The store. Raises StoreUnreadable where it lacks what was imported through here, or is empty though sources have records."""
    store = the_store()
    held = {entry.id for entry in store.batches()}
    last = Batch.objects.exclude(store_batch="").order_by("-store_batch").only("store_batch", "file_name").first()
    if last is not None and last.store_batch not in held:
        told = {"place": store.root, "file": last.file_name}
        raise StoreUnreadable(_("The record store %(place)s does not hold %(file)s, which was imported before. Check its path.") % told)
    if not held and Source.objects.filter(records__gt=0).exists():
        raise StoreUnreadable(_("The record store %(place)s is empty, though there were records. Check its path.") % {"place": store.root})
    return store


def touched_by(store: RecordStore, batch: str) -> frozenset[ClientMonth]:
    """The months whose numbers may differ because of a batch that the store holds."""
    return store.touched_by(batch)
