"""A period in which the contract changes: each record by the version of its moment, the figure by that of the last day."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from keepscore.engine import score
from keepscore.engine.contract.model import Contract
from keepscore.engine.tables import RECORDS, Tables
from tests.spec.case import Spec

DELIVERY = "delivery-against-targets"


def _contract(*versions: dict[str, object]) -> Contract:
    client = {"key": "acme", "name": "Acme", "timezone": "UTC"}
    scorecard = {"enough_data": {"records": "1", "coverage": "1%"}}
    return Contract.model_validate({"keepscore": "1", "client": client, "versions": [{**v, "scorecard": scorecard} for v in versions]})


def _records(*minutes: tuple[int, int]) -> pa.Table:
    """Records opened on a day of March at 09:00 that took so many minutes."""
    rows = "\n".join(f"2026-03-{day:02} 09:00 | 2026-03-{day:02} {9 + took // 60:02}:{took % 60:02}" for day, took in minutes)
    drawn = Spec(title="", measure={}, gives={}, timezone="UTC", records=f"opened | resolved\n--- | ---\n{rows}")
    records = drawn.tables().records
    assert isinstance(records, pa.Table)
    assert records.schema == RECORDS
    return records


def test_a_record_is_judged_by_the_version_in_force_when_it_was_opened() -> None:
    def measure(limit: str) -> dict[str, object]:
        return {"key": "m", "name": "M", "sub_area": DELIVERY, "kept_when": {"within": limit}, "target": {"at_least": "90%"}}

    contract = _contract({"from": "2026-01-01", "measures": [measure("1h")]}, {"from": "2026-03-16", "measures": [measure("2h")]})
    card = score([contract], Tables(_records((15, 90), (16, 90))), period="2026-03", as_of=date(2026, 3, 31), history=0)[0]
    assert (card.measures[0].kept, card.measures[0].missed, card.version_from) == (1, 1, date(2026, 3, 16))


def test_a_percentile_over_two_versions_ranks_the_records_of_both() -> None:
    def measure(percentile: str) -> dict[str, object]:
        value = {"percentile": percentile, "of": "elapsed"}
        return {"key": "m", "name": "M", "sub_area": DELIVERY, "value": value, "target": {"at_most": "2h"}}

    contract = _contract({"from": "2026-01-01", "measures": [measure("50")]}, {"from": "2026-03-16", "measures": [measure("90")]})
    records = _records(*((2 + n, 10 * n) for n in range(1, 11)), *((16 + n, 5) for n in range(10)))
    card = score([contract], Tables(records), period="2026-03", as_of=date(2026, 3, 31), history=0)[0]
    assert card.measures[0].value is not None
    assert card.measures[0].value.fraction == 80 * 60  # rank 18 of 20: the eighth of the ten longer ones


def test_a_period_that_ends_with_as_of_raises_no_warning() -> None:
    measure = {"key": "m", "name": "M", "sub_area": DELIVERY, "kept_when": {"within": "1h"}, "target": {"at_least": "90%"}}
    contract = _contract({"from": "2026-01-01", "measures": [measure]})
    tables = Tables(_records((2, 90), (3, 90)))
    assert score([contract], tables, period="2026-03", as_of=date(2026, 3, 31), history=0)[0].warnings == ()
    assert [w.measure for w in score([contract], tables, period="2026-03", as_of=date(2026, 3, 20), history=0)[0].warnings] == ["m"]
