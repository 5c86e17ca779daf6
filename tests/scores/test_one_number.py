"""The same number by every road: what the engine gives is what every page, list and file shows."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from keepscore.api.operations import make_token
from keepscore.cli.explain_ import worked_lines
from keepscore.cli.main import main
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
from tests.world import NOW, TODAY, World


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


def latest(world: World) -> tuple[Score, Scorecard]:
    """Acme's last finished period, and what the engine gives for it."""
    score = Score.objects.filter(client=world.acme, is_over=True).select_related("contract").latest("start")
    return score, card_of(score)


def test_a_program_is_told_what_the_engine_gives(world: World) -> None:
    score, card = latest(world)
    made = make_token(name="reader", scopes=["read", "publish"], clients=[], expires_at=NOW + timedelta(days=1), by=world.lee, at=NOW)
    program = Browser(headers={"authorization": f"Bearer {made[1]}"})

    def ask(path: str) -> Any:
        return program.get(f"/api/v1{path}").json()

    whole = ask(f"/clients/acme/scores/{score.period}")
    assert whole["scorecard"] == ask(f"/clients/acme/scorecards/{score.period}/draft")["scorecard"] == to_json(card)
    listed = next(row for row in ask("/scores?client=acme")["items"] if row["period"] == score.period)
    total = {"tenths": card.total.score and card.total.score.tenths, "grade": card.total.grade, "coverage": to_json(card.total.coverage),
             "met": card.total.met, "missed": card.total.missed}  # fmt: skip
    assert {name: listed[name] for name in total} == {name: whole[name] for name in total} == total
    told = {row["key"]: [row[name] for name in ("records", "kept", "missed", "value", "met", "allowed", "tenths")]
            for row in ask(f"/clients/acme/scores/{score.period}/measures")}  # fmt: skip
    assert told == {
        m.key: [m.records, m.kept, m.missed, m.value and to_json(m.value.fraction), m.met, m.allowed_misses, m.score and m.score.tenths]
        for m in card.measures
    }
    for measure in card.measures:
        rows = ask(f"/clients/acme/scores/{score.period}/records?measure={measure.key}&outcome=missed&limit=200")["items"]
        assert len(rows) == measure.missed


def test_the_sheet_holds_what_the_engine_gives_as_numbers(world: World, as_user: Any) -> None:
    _score, card = latest(world)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(as_user(world.dana).get("/portfolio.xlsx").content)).get_sheet_by_index(0)
    head, *lines = sheet.to_python()
    line = dict(zip(head, next(line for line in lines if line[0] == world.acme.name), strict=True))
    told = [line[name] for name in ("Period", "Our grade", "Our score", "Targets missed", "Targets judged")]
    assert card.total.score is not None
    judged = card.total.met + card.total.missed
    assert told == [card.period.label, card.total.grade or card.total.no_grade, card.total.score.tenths / 10, card.total.missed, judged]


def test_the_command_line_says_what_the_engine_gives(world: World, tmp_path: Path, settings: Any) -> None:
    score, card = latest(world)
    contract = tmp_path / "acme.yaml"
    contract.write_text(score.contract.text, encoding="utf-8")
    same = ["--period", score.period, "--as-of", score.as_of.isoformat(), "--store", settings.KEEPSCORE_STORE]
    told = _run("score", str(contract), *same, "--out", str(tmp_path / "out"), "--formats", "json")
    assert json.loads((tmp_path / "out/acme/scorecard.json").read_text(encoding="utf-8")) == to_json(card)
    assert card.total.score is not None
    shown = [card.total.grade or "–", words.score_text(card.total.score), str(card.total.met), str(card.total.missed)]
    assert next(line for line in told.splitlines() if line.startswith("Acme")).split()[2:6] == shown
    for measure in card.measures:
        told = _run("explain", "acme", measure.key, *same, "--contracts", str(contract), "--limit", "1")
        assert [line for label, text in worked_lines(measure) for line in (f"{label:<18}{text}",) if line not in told] == []
        assert measure.value is not None
        assert f"{measure.value.numerator} / {measure.value.denominator} = " in told


def _run(*words: str) -> str:
    done = CliRunner().invoke(main, list(words), env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.output
    return done.output
