"""Told to the rooms above, in the transaction of the result."""

from django.dispatch import Signal

scored = Signal()      # score: models.Score, at: datetime
warned = Signal()      # warning: models.Warning (a new one), at: datetime
