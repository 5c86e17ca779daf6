"""The record store, holding at least what scores were made from."""

from __future__ import annotations

from django.utils.translation import gettext as _

from keepscore.intake import store as intake
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import StoreUnreadable
from keepscore.scores.models import Score


def whole_store() -> RecordStore:
    """The store. Raises StoreUnreadable where it holds less than scores were made from, so that nobody takes it for the truth."""
    store = intake.whole_store()
    seen = Score.objects.order_by().values_list("store_version__batches", flat=True).distinct()
    newest = max((number for number in seen if number is not None), default=0)
    held = store.version().get("batches", 0)
    if held < newest:
        raise StoreUnreadable(
            _("The record store %(place)s ends with batch %(held)d, but scores were made from batch %(newest)d. Check its path.")
            % {"place": store.root, "held": held, "newest": newest}
        )
    return store
