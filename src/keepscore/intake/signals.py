"""Told to the rooms above when the record store has changed."""

from django.dispatch import Signal

records_changed = Signal()      # touched: frozenset of (client key, month "2026-09"), at: datetime
