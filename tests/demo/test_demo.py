"""The demo: the same bytes for the same seed, small clients by the usual road, Marlowe's story to the record."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from keepscore.demo.cast import CAST, DESK, FIELD, MARLOWE, MOVES, PHONE, QUARTERS
from keepscore.demo.common import planned
from keepscore.demo.days import CUT, office, quarter_start
from keepscore.demo.make import make
from keepscore.demo.story import LAST
from keepscore.demo.vendor import furnish
from keepscore.demo.work import LIMITS, work
from keepscore.engine.contract import load_contract
from keepscore.evidence.verify import verify
from keepscore.intake.models import Batch
from keepscore.records.mapping import loads_mapping
from keepscore.scores.models import Score

BY_KEY = {cast.key: cast for cast in CAST}
SMALL = (BY_KEY["sable-point"], BY_KEY["ravel"])


def _bytes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        make(tmp_path / name, seed=seed, casts=SMALL)
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert _bytes(tmp_path / "one/exports") != _bytes(tmp_path / "three/exports")


def test_fourteen_clients_have_a_contract_that_loads_and_says_sample(tmp_path: Path) -> None:
    from keepscore.demo.terms import contract_text

    for cast in CAST:
        (tmp_path / f"{cast.key}.yaml").write_text(contract_text(cast), encoding="utf-8")
    contracts = [load_contract(path) for path in sorted(tmp_path.iterdir())]
    assert (len(contracts), {c.sample for c in contracts}, {c.vendor for c in contracts}) == (14, {True}, {"Harbourline Services"})
    assert [c.client.key for c in contracts if c.client and len(c.versions) > 1] == ["marlowe"]


@pytest.fixture(scope="module")
def quarter() -> list:  # type: ignore[type-arg]
    return list(work(MARLOWE, LAST, 7))


def test_marlowes_last_quarter_tells_the_story(quarter: list) -> None:  # type: ignore[type-arg]
    volumes = Counter(record.function for record in quarter)
    assert {key: volumes[key] for key in (DESK, PHONE, FIELD, MOVES)} == {DESK: 9207, PHONE: 6912, FIELD: 1024, MOVES: 598}
    assert round(volumes[DESK] / planned(MARLOWE, DESK), 2) == 1.29
    assert sum(record.no_access for record in quarter) == 84


def test_the_engines_calendar_agrees_which_of_marlowes_requests_were_late(quarter: list) -> None:  # type: ignore[type-arg]
    calendar, late = office(MARLOWE), 0
    for record in quarter:
        if record.function == DESK and not record.no_access:
            stopped = sum(calendar.elapsed(a, b) for a, b, _, side in record.pauses if side == "client")
            took = calendar.elapsed(record.opened, record.resolved or CUT) - stopped
            late += took > LIMITS[record.priority] * 3600
    assert late == 1396


def test_quarters_follow_each_other_and_the_last_is_the_third_of_2026() -> None:
    assert (str(quarter_start(0)), str(quarter_start(LAST)), str(quarter_start(QUARTERS))) == ("2024-10-01", "2026-07-01", "2026-10-01")


def test_small_clients_go_the_usual_road_to_a_bundle_that_verifies(db: None, settings: Any, tmp_path: Path) -> None:
    settings.KEEPSCORE_STORE = str(tmp_path / "store")
    made = make(tmp_path / "demo", seed=7, casts=SMALL[:1])
    people = furnish(made, casts=SMALL[:1])
    score = Score.objects.get(client__key="sable-point", period="2026-Q3")
    assert (score.client.name, score.result["sample"], score.grade) == ("Sable Point Credit Union", True, "B")
    assert {m.key for m in score.card.measures if (m.no_score or "").startswith("too few records")} == {
        "priority-1-in-4-hours", "repeat-incidents", "patches-in-7-days",
    }
    batches = Batch.objects.filter(received_by__name="Jon Pask").order_by("id")
    assert [(batch.source.name, batch.get_state_display()) for batch in batches] == [
        (loads_mapping(export.mapping.read_text(encoding="utf-8")).source, "imported") for export in made.exports]
    folder = settings.FOLDERS.shelf / "sable-point"
    assert sorted(path.suffix for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")) == [".html", ".pdf", ".zip"]
    assert verify(next(folder.glob("*.zip"))).ok
    assert [(person.name, len(person.codes)) for person in people if person.codes] == [("Ingrid Solberg", 6)]
