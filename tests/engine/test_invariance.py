"""The same inputs give the same integers: in any order, place, language, form and number of threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepscore.engine import score
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import Scorecard, to_json
from keepscore.engine.tables import Tables
from tests.engine.reference.random_worlds import period_text, random_world, tables_of
from tests.engine.reference.world import World

ROOT = Path(__file__).parents[2]
WORLD = random_world(7, "Europe/London")
CONTRACT = Contract.model_validate({
    "keepscore": "1", "every": {"timezone": "Europe/London"}, "versions": [{
        "from": "2020-01-01",
        "calendars": {"office": {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}, "holidays": {"country": "GB"}}},
        "functions": [{"key": "desk", "name": "Desk", "planned": {"volume": "10", "per": "month"}}],
        "measures": [
            {"key": "in-time", "name": "In time", "sub_area": "delivery-against-targets", "count": {"function": "desk"},
             "kept_when": {"within": {"P1": "2h", "default": "1d"}, "by": "priority", "calendar": "office"},
             "leave_out": [{"where": "site = 'Bristol'", "reason": "Not handed over"}], "target": {"at_least": "90%"},
             "groups": ["priority", "site"]},
            {"key": "nine-in-ten", "name": "Nine in ten", "sub_area": "delivery-against-targets",
             "value": {"percentile": "90", "calendar": "office"}, "target": {"at_most": "6h"}},
            {"key": "wan", "name": "Network", "sub_area": "delivery-against-targets", "availability": {"component": "wan"},
             "target": {"at_least": "99%"}},
        ],
        "scorecard": {"enough_data": {"records": "1", "coverage": "1%"}},
    }],
})
Json = list[Any]


def scored(contracts: list[Contract], tables: Tables, **more: Any) -> list[Scorecard]:
    return score(contracts, tables, period="2026-03-16..2026-03-31", as_of=date(2026, 3, 28), history=1, **more)


def card_json(tables: Tables, **more: Any) -> Json:
    """One JSON a client, with warnings, trend and work at planned volume in it."""
    return [to_json(card) for card in scored([CONTRACT], tables, **more)]


@pytest.fixture(scope="module")
def expected() -> Json:
    found = card_json(tables_of(WORLD))
    assert [card["client"]["key"] for card in found] == ["acme", "birch", "cedar"]
    assert any(measure["at_planned_volume"] for card in found for measure in card["measures"])
    assert any(card["warnings"] for card in found)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_rows_gives_the_same_scorecards(seed: int, expected: Json) -> None:
    assert card_json(tables_of(WORLD, Random(seed))) == expected


def test_one_thread_gives_what_two_give(expected: Json) -> None:
    assert card_json(tables_of(WORLD), threads=1) == expected
    assert card_json(tables_of(WORLD), threads=2) == expected


def test_rows_in_parquet_files_give_what_rows_in_memory_give(tmp_path: Path, expected: Json) -> None:
    """Each table in two files, cut where it happens to be cut."""
    def files(name: str, table: Any) -> list[str]:
        assert isinstance(table, pa.Table)
        halves = (table.slice(0, len(table) // 3), table.slice(len(table) // 3))
        paths = [tmp_path / f"{name}-{n}.parquet" for n in range(2)]
        for path, half in zip(paths, halves, strict=True):
            pq.write_table(half, path)
        return [str(path) for path in paths]

    tables = tables_of(WORLD)
    names = ("records", "pauses", "outages", "values")
    assert card_json(Tables(**{name: files(name, getattr(tables, name)) for name in names})) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("zone", "language"), [("Asia/Tokyo", "de_DE.UTF-8"), ("America/St_Johns", "C")])
def test_another_machine_in_another_place_and_language_gives_the_same(zone: str, language: str, expected: Json) -> None:
    told = "import json; from tests.engine.test_invariance import *; print(json.dumps(card_json(tables_of(WORLD))))"
    env = {**os.environ, "TZ": zone, "LC_ALL": language, "LANG": language, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "99"}
    found = subprocess.run([sys.executable, "-c", told], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == json.loads(json.dumps(expected))


def test_clients_in_files_of_their_own_are_scored_as_those_of_one_file(expected: Json) -> None:
    named = [{"key": key, "name": key, "timezone": "Europe/London"} for key in ("acme", "birch", "cedar")]
    whole = CONTRACT.model_dump(by_alias=True, exclude_none=True, exclude={"every"}, mode="json")
    contracts = [
        Contract.model_validate({**whole, "clients": named[:2]}),
        Contract.model_validate({**whole, "client": named[2]}),
    ]
    found = [to_json(card) for card in scored(contracts, tables_of(WORLD))]
    digests = {card["definition"] for card in (*found, *expected)}
    assert len(digests) == 3  # whom a file names is part of its digest
    assert [{**card, "definition": None} for card in found] == [{**card, "definition": None} for card in expected]


@pytest.mark.parametrize("as_files", [False, True])
def test_a_client_scored_alone_gives_what_it_gives_among_all(tmp_path: Path, as_files: bool, expected: Json) -> None:
    """Its own rows are all that is read then; which sources it has is known from rows of any time."""
    tables = tables_of(WORLD)
    complete = {source: datetime(2026, 4, 1, tzinfo=UTC) for source in ("desk", "field", "other")}
    tables = replace(tables, complete_to=complete)
    among = [card_json(tables)[number] for number in range(3)]
    if as_files:
        for name in ("records", "pauses", "outages", "values"):
            pq.write_table(getattr(tables, name), tmp_path / f"{name}.parquet", row_group_size=20)
        files = {name: [str(tmp_path / f"{name}.parquet")] for name in ("records", "pauses", "outages", "values")}
        tables = Tables(**files, complete_to=complete)  # type: ignore[arg-type]
    whole = CONTRACT.model_dump(by_alias=True, exclude_none=True, exclude={"every"}, mode="json")
    for key, card in zip(("acme", "birch", "cedar"), among, strict=True):
        own = Contract.model_validate({**whole, "client": {"key": key, "name": key, "timezone": "Europe/London"}})
        (alone,) = scored([own], tables)
        assert {**to_json(alone), "definition": None} == {**card, "definition": None}


def test_one_more_kept_record_never_lowers_attainment() -> None:
    """Nor the score, nor the number of misses that are allowed."""
    before = _in_time(WORLD)
    open_at = next(r["opened_at"] for r in WORLD.records)
    at = open_at.replace(year=2026, month=3, day=23, hour=10, minute=0, second=0)  # a Monday morning
    row = {**WORLD.records[0], "opened_at": at, "resolved_at": at + timedelta(minutes=30), "cancelled_at": None, "handed_at": None,
           "priority": "P1", "site": "Leeds", "function": "desk", "in_scope": True, "client": "acme"}
    for number in range(3):
        more = replace(WORLD, records=[*WORLD.records, *({**row, "reference": f"more-{n}"} for n in range(number + 1))], clocks={})
        after = _in_time(more)
        assert after.kept == before.kept + 1
        assert after.value.fraction > before.value.fraction
        assert after.score.exact >= before.score.exact
        assert after.allowed_misses >= before.allowed_misses
        before = after


def _in_time(world: World) -> Any:
    return scored([CONTRACT], tables_of(world))[0].measures[0]


@pytest.mark.parametrize("seed", [3, 4])
def test_a_random_world_does_not_depend_on_the_order_of_its_rows(seed: int) -> None:
    world = random_world(seed, "Australia/Lord_Howe")
    asked: dict[str, Any] = {"period": period_text(world), "as_of": world.as_of}
    one, other = (score([world.contract], tables_of(world, rng), **asked) for rng in (None, Random(seed)))
    assert [to_json(card) for card in one] == [to_json(card) for card in other]
