"""The records behind the numbers: judged once for all measures, and nothing else than what is scored and explained."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from keepscore.engine import explain, judge, score_and_judge
from keepscore.engine.judged import JUDGED
from keepscore.engine.prepare import NothingToScore
from keepscore.engine.results import Scorecard
from tests.engine.reference.engine import judged_records
from tests.engine.reference.random_worlds import CENTRES, period_text, random_world, tables_of
from tests.engine.reference.world import World
from tests.spec import CHAPTERS
from tests.spec.case import Spec, outcome

SPECS = [spec for chapter in CHAPTERS for spec in chapter.SPECS if spec.records]
OUTCOMES = {"kept": "kept", "missed": "missed", "open": "open", "left out": "left out", "unjudged": "cannot be judged"}


def judged_world(seed: int, timezone: str) -> tuple[World, list[tuple[Scorecard, pa.Table]]]:
    world = random_world(seed, timezone)
    try:
        return world, score_and_judge([world.contract], tables_of(world), period=period_text(world), as_of=world.as_of, history=0)
    except NothingToScore:
        return world, []


@pytest.mark.parametrize("timezone", CENTRES)
def test_every_record_is_judged_as_the_reference_judges_it(timezone: str) -> None:
    world, pairs = judged_world(12, timezone)
    clients = {client.key: client for client in world.clients()}
    for card, rows in pairs:
        in_force = next(v for v in reversed(world.contract.versions) if v.from_ == card.version_from)
        for measure in in_force.measures:
            if measure.kind not in ("share", "value"):
                continue
            found = Counter((r["source"], r["reference"], r["outcome"], r["reason"] or "") for r in of(rows, measure.key))
            assert found == Counter(
                (record["source"], record["reference"], OUTCOMES[became.what], became.why)
                for record, became in judged_records(world, clients[card.client.key], measure)
            )


@pytest.mark.parametrize("timezone", CENTRES)
def test_the_rows_of_a_measure_are_those_of_its_explanation_and_add_up_to_its_result(timezone: str) -> None:
    world, pairs = judged_world(13, timezone)
    asked: dict[str, Any] = {"period": period_text(world), "as_of": world.as_of}
    for card, rows in pairs[:1]:
        alone = judge(world.contract, tables_of(world), client=card.client.key, **asked)
        assert alone.equals(rows)
        explained = [m for m in card.measures if m.kind in ("share", "value")]
        assert set(rows["measure"].to_pylist()) <= {m.key for m in explained}
        for result in explained:
            own = of(rows, result.key)
            counts = Counter(row["outcome"] for row in own)
            assert (counts["kept"], counts["missed"], counts["open"], len(own)) == (result.kept, result.missed, result.open, result.records)
            for name, reasons in (("left out", result.left_out), ("cannot be judged", result.unjudged)):
                assert Counter(r["reason"] for r in own if r["outcome"] == name) == {x.reason: x.records for x in reasons}
        for result in explained[:1]:
            shown = explain(world.contract, tables_of(world), client=card.client.key, measure=result.key, **asked).rows
            assert [{name: getattr(row, name) for name in JUDGED.names[1:]} for row in shown] == [
                {name: row[name] for name in JUDGED.names[1:]} for row in of(rows, result.key)
            ]


@pytest.mark.parametrize("spec", [pytest.param(spec, id=spec.title) for spec in SPECS[::8]])
def test_the_rows_of_a_rule_of_the_manual_add_up_to_its_outcome(spec: Spec) -> None:
    (pair,) = score_and_judge([spec.contract()], spec.tables(), period=spec.period, as_of=spec.scorecard().as_of)
    result = outcome(pair[0].measures[0])
    counts = Counter(row["outcome"] for row in pair[1].to_pylist())
    assert pair[0] == spec.scorecard()
    if pair[0].measures[0].kind in ("share", "value"):
        assert {name: counts[name] for name in ("kept", "missed", "open")} == {name: result[name] for name in ("kept", "missed", "open")}


def test_misses_stand_first_and_the_furthest_over_before_the_others() -> None:
    spec = Spec(
        title="", gives={}, as_of="2026-03-05 12:00",
        measure={"kept_when": {"within": "2h", "calendar": "office"}, "groups": ["floor"], "target": {"at_least": "92%"}},
        records="""
        reference | opened           | due              | resolved         | floor
        --------- | ---------------- | ---------------- | ---------------- | -----
        kept      | 2026-03-02 09:00 | 2026-03-02 09:30 | 2026-03-02 10:00 | 1
        late      | 2026-03-02 09:00 |                  | 2026-03-02 12:00 | 2
        later     | 2026-03-02 10:00 |                  | 2026-03-02 14:00 | 1
        waiting   | 2026-03-05 11:30 |                  |                  | 1
        """,
    )  # fmt: skip
    rows = judge(spec.contract(), spec.tables(), client="acme", period="2026-03", as_of=spec.scorecard().as_of)
    assert rows.schema == pa.schema([*JUDGED, pa.field("floor", pa.string())])
    assert [(r["reference"], r["outcome"], r["over"], r["elapsed"], r["limit"], r["floor"]) for r in rows.to_pylist()] == [
        ("later", "missed", 7200, 14400, 7200, "1"),
        ("late", "missed", 3600, 10800, 7200, "2"),
        ("kept", "kept", None, 3600, 7200, "1"),
        ("waiting", "open", None, 1800, 7200, "1"),
    ]


def test_a_broken_promise_is_over_by_the_time_since_it_and_a_short_delivery_is_not() -> None:
    spec = Spec(
        title="", gives={}, as_of="2026-03-05 12:00",
        measure={"kept_when": "resolved_at <= due_at and accepted", "target": {"at_least": "92%"}},
        records="""
        reference | opened           | due              | resolved         | cancelled        | accepted
        --------- | ---------------- | ---------------- | ---------------- | ---------------- | --------
        refused   | 2026-03-02 09:00 | 2026-03-03 09:00 | 2026-03-03 08:00 |                  | no
        late      | 2026-03-02 09:00 | 2026-03-03 09:00 | 2026-03-03 09:01 |                  | yes
        open      | 2026-03-02 09:00 | 2026-03-05 11:00 |                  |                  |
        given up  | 2026-03-02 09:00 | 2026-03-03 09:00 |                  | 2026-03-03 11:00 |
        """,
    )  # fmt: skip
    rows = judge(spec.contract(), spec.tables(), client="acme", period="2026-03", as_of=spec.scorecard().as_of)
    assert [(r["reference"], r["outcome"], r["over"]) for r in rows.to_pylist()] == [
        ("given up", "missed", 7200), ("open", "missed", 3600), ("late", "missed", 60), ("refused", "missed", None),
    ]  # fmt: skip
    assert [f"{r['counted_at']:%d %H:%M}" for r in rows.to_pylist()] == ["03 09:00", "05 11:00", "03 09:00", "03 09:00"]


def test_a_figure_beyond_its_target_is_over_by_the_seconds_beyond_it() -> None:
    spec = Spec(
        title="", gives={}, measure={"value": {"percentile": "90", "calendar": "office"}, "target": {"at_most": "1h"}},
        records="""
        reference | opened           | resolved
        --------- | ---------------- | ----------------
        T-1       | 2026-03-02 09:00 | 2026-03-02 09:30
        T-2       | 2026-03-02 09:00 | 2026-03-02 10:30
        """,
    )  # fmt: skip
    rows = judge(spec.contract(), spec.tables(), client="acme", period="2026-03", as_of=spec.scorecard().as_of).to_pylist()
    assert [(r["reference"], r["outcome"], r["elapsed"], r["limit"], r["over"]) for r in rows] == [
        ("T-2", "missed", 5400, None, 1800), ("T-1", "kept", 1800, None, None),
    ]  # fmt: skip


def of(rows: pa.Table, measure: str) -> list[dict[str, Any]]:
    return [row for row in rows.to_pylist() if row["measure"] == measure]
