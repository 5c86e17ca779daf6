"""Told to the rooms above, in the transaction of the change."""

from django.dispatch import Signal

contract_saved = Signal()      # contract: models.Contract, at: datetime
