"""Further clients like Acme, for lists that have to stay quick and constant."""

from __future__ import annotations

from typing import Any

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.scores.models import MeasureScore, Score
from tests.world import NOW, World


def like_acme(world: World, number: int, *, prefix: str = "c", periods: int = 6, **changes: Any) -> list[Client]:
    """Clients whose contract, newest scores and measures are Acme's, without the results; `changes` go into every score."""
    clients = Client.objects.bulk_create(
        Client(key=f"{prefix}{n}", slug=f"{prefix}{n}", name=f"Client {prefix}{n:03}", lead=world.lee, created_at=NOW)
        for n in range(number)
    )
    agreed = Contract.objects.get(client=world.acme)
    made = Contract.objects.bulk_create(
        Contract(client=client, key="main", text="", digest="0" * 64, notice=agreed.notice, ends=agreed.ends, saved_at=NOW)
        for client in clients
    )
    past = list(Score.objects.filter(client=world.acme).defer("result")[:periods])
    scores = Score.objects.bulk_create(
        _copy(score, {"client_id": contract.client_id, "contract_id": contract.pk, "result": {}, **changes})
        for contract in made
        for score in past
    )
    measures = {score.pk: list(score.measures.all()) for score in past}
    MeasureScore.objects.bulk_create(
        _copy(measure, {"score_id": score.pk})
        for score, old in zip(scores, past * len(made), strict=True)
        for measure in measures[old.pk]
    )
    return clients


def _copy(old: Any, changes: dict[str, Any]) -> Any:
    values = {field.attname: getattr(old, field.attname) for field in old._meta.fields if field.attname not in ("id", *changes)}
    return type(old)(**values, **changes)
