"""Told to the rooms above, in the transaction of the row."""

from django.dispatch import Signal

published = Signal()      # scorecard: models.Scorecard, at: datetime
withdrawn = Signal()      # scorecard: models.Scorecard, at: datetime
