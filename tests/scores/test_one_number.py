"""The same number by every road: what the engine gives is what every page, list and file shows."""

from __future__ import annotations

import csv
import io
from typing import Any

from keepscore.documents import words
from keepscore.engine import score as engine_score
from keepscore.engine.results import Scorecard, to_json
from keepscore.intake.store import the_store
from keepscore.portfolio.home import home
from keepscore.portfolio.queries import board
from keepscore.scores.judged import measure_rows
from keepscore.scores.models import Score
from keepscore.scores.queries import find, measures_page
from keepscore.scores.terms import agreed_of
from tests.world import TODAY, World


def card_of(score: Score) -> Scorecard:
    (card,) = engine_score([agreed_of(score)], the_store().tables(), period=score.period, as_of=score.as_of)
    return card


def test_pages_lists_and_files_show_what_the_engine_gives(world: World, as_user: Any) -> None:
    for score in Score.objects.filter(client=world.acme).select_related("contract"):
        assert to_json(card_of(score)) == score.result
    score = Score.objects.filter(client=world.acme, is_over=True).latest("start")
    card = card_of(score)
    assert card.total.score is not None
    total = (card.total.score.tenths, card.total.grade or "", card.total.missed)
    row = next(row for row in board(world.dana, today=TODAY).rows if row.name == world.acme.name)
    shown = home(world.dana, world.acme, today=TODAY)
    assert [(row.tenths, row.grade, row.missed), (shown.tenths, shown.grade, sum(m.met is False for m in card.measures))] == [total, total]
    browser = as_user(world.dana)
    lines = csv.DictReader(io.StringIO(browser.get("/portfolio.csv").content.decode("utf-8-sig")))
    line = next(line for line in lines if line["Client"] == world.acme.name)
    given = (card.total.grade or card.total.no_grade, str(total[0] / 10), str(card.total.missed))
    assert (line["Our grade"], line["Our score"], line["Targets missed"]) == given
    draft = browser.get(f"/clients/acme/scorecards/{score.period}/draft/").content.decode()
    values = {m.name: words.value_text(m) for m in card.measures}
    assert {one.name: one.value for one in measures_page(world.acme, period=score.period).rows} == values
    assert {one.name: one.value for one in shown.measures} == values
    assert [value for value in values.values() if value not in draft] == []


def test_the_records_behind_a_measure_are_as_many_as_it_counts(world: World) -> None:
    score = Score.objects.filter(client=world.acme, is_over=True).latest("start")
    for measure in card_of(score).measures:
        outcomes = measure_rows(score, measure.key, columns=["outcome"])["outcome"].to_pylist()
        listed = score.measures.get(key=measure.key)
        found = find(world.acme, measure.key, period=score.period)
        assert found is not None
        assert found[0].result == measure
        assert (listed.records, listed.kept, listed.missed, listed.tenths, listed.allowed) == (
            measure.records, measure.kept, measure.missed, measure.score.tenths if measure.score else None, measure.allowed_misses,
        )  # fmt: skip
        if measure.kind == "share":
            counted = {name: outcomes.count(name) for name in ("kept", "missed", "open", "left out")}
            left_out = sum(one.records for one in measure.left_out)
            assert counted == {"kept": measure.kept, "missed": measure.missed, "open": measure.open, "left out": left_out}


def test_work_outside_the_contract_is_told_beside_what_is_set_against_the_plan(world: World) -> None:
    score = Score.objects.get(client=world.acme, period="2026-Q3")
    result = score.result
    desk = result["functions"][0]
    desk["volume"], desk["out_of_scope"] = 66, 12
    score.save()
    work = home(world.dana, world.acme, period="2026-Q3", today=TODAY).work
    assert work is not None
    assert work.heading == "What we did for them: 66 records, 10% above plan; 12 more outside the contract"
