"""The published schema of scorecard.json takes what the engine writes, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pyarrow as pa
import pytest

from keepscore.engine import score
from keepscore.engine.contract import loads_contract
from keepscore.engine.results import to_json
from keepscore.engine.results_schema import scorecard_schema
from keepscore.engine.tables import RECORDS, Tables

CONTRACT = """\
keepscore: 1
client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}
versions:
  - from: 2026-01-01
    functions: [{key: service-desk, name: Service desk, planned: {volume: 10, per: month}}]
    measures:
      - {key: on-time, name: Closed in time, sub_area: delivery-against-targets, kept_when: {within: 4h}, target: {at_least: 90%},
         groups: [priority], leave_out: [{where: "site = 'Bristol'", reason: Not handed over}]}
      - {key: p90, name: Nine in ten within, sub_area: response-and-communication, value: {percentile: 90}, target: {at_most: 6h}}
      - {key: goals, name: Goals known, sub_area: progress-on-your-goals, fact: {unit: goals}}
    scorecard: {enough_data: {records: 1}}
"""


def written() -> dict[str, Any]:
    """A scorecard as it is written to the file: 30 records in two months, of which three are late."""
    records = [
        {**dict.fromkeys(RECORDS.names), "source": "desk", "reference": f"T-{i}", "client": "marlowe", "function": "service-desk",
         "opened_at": datetime(2026, 2 + i % 2, 1 + i // 2, 9, tzinfo=UTC),
         "resolved_at": datetime(2026, 2 + i % 2, 1 + i // 2, 11 + 4 * (i % 10 == 0), tzinfo=UTC),
         "priority": "P1", "site": "Bristol" if i == 5 else "Leeds", "in_scope": True}
        for i in range(30)
    ]
    tables = Tables(records=pa.Table.from_pylist(records, schema=RECORDS), complete_to={"desk": datetime(2026, 4, 1, tzinfo=UTC)})
    card = score([loads_contract(CONTRACT)], tables, period="2026-03", as_of=datetime(2026, 4, 2, tzinfo=UTC))[0]
    result: dict[str, Any] = json.loads(json.dumps(to_json(card)))
    return result


CHECK = jsonschema_rs.Draft202012Validator(scorecard_schema())


def test_the_schema_is_valid_and_takes_a_scorecard() -> None:
    jsonschema_rs.meta.validate(scorecard_schema())
    assert [f"{error.instance_path}: {error.message}" for error in CHECK.iter_errors(written())] == []


@pytest.mark.parametrize("change", [
    {"surprise": 1}, {"as_of": "2026-04-02 00:00"}, {"definition": None}, {"complete": "yes"}, {"measures": {}}, {"version_from": 20260101},
])
def test_the_schema_refuses_a_scorecard_with_a_wrong_field(change: dict[str, Any]) -> None:
    assert not CHECK.is_valid({**written(), **change})


def test_the_schema_refuses_a_scorecard_with_a_field_left_out() -> None:
    card = written()

    assert [key for key in card if CHECK.is_valid({k: v for k, v in card.items() if k != key})] == []
