"""What the rooms below tell: records or a contract changed, so somebody has to be scored again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from keepscore.clients.models import Client
from keepscore.clients.signals import scores_stale
from keepscore.contracts.models import Contract
from keepscore.contracts.signals import contract_saved
from keepscore.intake.signals import records_changed
from keepscore.scores import operations


@receiver(records_changed)
def _records_changed(touched: frozenset[tuple[str, str]], at: datetime, **_: Any) -> None:
    operations.touch(months=touched, at=at)


@receiver(contract_saved)
def _contract_saved(contract: Contract, at: datetime, **_: Any) -> None:
    operations.touch_all(clients=[contract.client], at=at)


@receiver(scores_stale)
def _scores_stale(clients: list[Client], at: datetime, **_: Any) -> None:
    operations.touch_all(clients=clients, at=at)
