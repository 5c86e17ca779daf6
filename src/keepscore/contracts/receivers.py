"""What the room below tells: other vendor-wide defaults, under which every contract must still be readable."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from keepscore.clients.signals import DefaultsRefused, defaults_changed
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import ContractError, definition_digest


@receiver(defaults_changed)
def _defaults_changed(text: str, **_: Any) -> None:
    """Every contract's digest is that of its values in effect, so it follows the defaults. Raises DefaultsRefused."""
    problems, changed = [], []
    for contract in Contract.objects.select_related("client"):
        try:
            digest = definition_digest(loads_contract(contract.text, name=contract.client.name, defaults=text))
        except ContractError as error:
            problems.append(f"{contract.client.name}: {error.faults[0].expected}")
            continue
        if digest != contract.digest:
            contract.digest = digest
            changed.append(contract)
    if problems:
        raise DefaultsRefused(problems)
    Contract.objects.bulk_update(changed, ["digest"])
