"""What is scored when: by what changed, by what time has moved; one client's fault stops no other, and one run goes on at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from keepscore.clients.operations import change_client
from keepscore.contracts.models import Contract
from keepscore.intake.store import the_store
from keepscore.portfolio.home import home
from keepscore.portfolio.progress import progress
from keepscore.scores import operations as scores
from keepscore.scores.models import Run, Score, Touched
from keepscore.scores.runs import scoring_page
from keepscore.server.due import run_due
from tests.world import NOW, TODAY, World, contract_text, load, rows

JANUARY = datetime(2027, 1, 2, 9, tzinfo=UTC)


def told(score: Score) -> dict[str, Any]:
    """Everything of a result but up to when it was looked at, which a period without open records need not follow."""
    return {key: value for key, value in score.result.items() if key not in ("as_of", "complete_to", "complete")}


def results() -> dict[tuple[str, str], dict[str, Any]]:
    return {(score.client.key, score.period): told(score) for score in Score.objects.select_related("client")}


def periods(world: World) -> list[tuple[str, bool]]:
    return list(Score.objects.filter(client=world.acme).order_by("start").values_list("period", "is_over"))


def test_a_contract_that_cannot_be_scored_stops_no_other_and_is_not_tried_without_end(world: World) -> None:
    bad = contract_text(world.acme).replace("count: {function: desk}\n    kept", "count: {function: desk, where: \"mood = 'x'\"}\n    kept")
    contract = Contract.objects.get(client=world.acme)
    Contract.objects.filter(pk=contract.pk).update(text=bad)
    before = Score.objects.get(client=world.birch, period="2026-Q3").scored_at
    scores.touch_all(clients=[world.acme, world.birch], at=NOW)
    later = NOW + timedelta(minutes=1)
    run = scores.score_touched(now=later)
    assert run is not None
    assert (run.state, run.problem.startswith("Acme Bakeries: "), "mood" in run.problem) == ("done", True, True)
    assert Score.objects.get(client=world.birch, period="2026-Q3").scored_at == later > before
    assert list(Touched.objects.values_list("client__key", "failed_at")) == [("acme", later)]
    assert scoring_page(actor=world.lee, real_now=timezone.now()).headline == "Not every client could be scored"
    assert (home(world.lee, world.acme, today=TODAY).waits, progress(world.lee)) == (False, None)
    assert [scores.is_due(now=later + timedelta(minutes=n)) for n in (0, 9, 10)] == [False, False, True]
    Contract.objects.filter(pk=contract.pk).update(text=contract.text)
    again = scores.score_touched(now=later + timedelta(minutes=10))
    assert (again is not None and again.problem, Touched.objects.exists()) == ("", False)


def test_a_period_ends_and_the_next_begins_without_a_changed_record(world: World, own_store: Path, tmp_path: Path) -> None:
    assert (periods(world)[-2:], run_due(now=JANUARY)["scoring asked"]) == ([("2026-Q3", True), ("2026-Q4", False)], 0)
    load(the_store(), tmp_path, rows("birch", "Z", slow=3)[:1], complete_to=datetime(2027, 1, 1, 23, tzinfo=UTC))
    assert (Touched.objects.exists(), run_due(now=JANUARY)["scoring asked"]) == (False, 1)
    assert scores.score_touched(now=JANUARY) is not None
    assert periods(world)[-3:] == [("2026-Q3", True), ("2026-Q4", True), ("2027-Q1", False)]
    assert (run_due(now=JANUARY)["scoring asked"], scores.score_touched(now=JANUARY)) == (0, None)


def test_a_contract_that_begins_later_is_scored_when_it_does_and_one_that_ended_is_not(
    world: World, own_store: Path, tmp_path: Path
) -> None:
    text = contract_text(world.acme).replace("from: 2025-01-01", "from: 2027-01-01").replace("ends: 2027-03-31", "ends: 2027-12-31")
    Contract.objects.filter(client=world.acme).update(text=text)
    ended = contract_text(world.birch).replace("ends: 2027-03-31", "ends: 2026-09-30").replace("notice: 2026-12-31", "notice: 2026-06-30")
    Contract.objects.filter(client=world.birch).update(text=ended, ends=date(2026, 9, 30))
    scores.touch_all(clients=[world.acme, world.birch], at=NOW)
    scores.score_touched(now=NOW)
    assert (periods(world), Score.objects.filter(client=world.birch).latest("start").period) == ([], "2026-Q3")
    load(the_store(), tmp_path, rows("birch", "Z", slow=3)[:1], complete_to=datetime(2027, 1, 1, 23, tzinfo=UTC))
    assert run_due(now=JANUARY)["scoring asked"] == 1
    scores.score_touched(now=JANUARY)
    assert (periods(world), run_due(now=JANUARY)["scoring asked"]) == ([("2027-Q1", False)], 0)


def test_scores_of_an_earlier_cadence_go(world: World) -> None:
    change_client(client=world.acme, name="Acme Bakeries", cadence="half-year", lead=world.dana, team=[world.eli], by=world.lee, at=NOW)
    scores.score_touched(now=NOW)
    assert periods(world) == [("2025-H2", True), ("2026-H1", True), ("2026-H2", False)]


def test_two_workers_never_score_at_once_and_what_came_meanwhile_is_done_next(world: World) -> None:
    scores.touch(months=[("acme", "2026-09")], at=NOW)

    def other_worker(run: Run) -> None:
        scores.touch(months=[("acme", "2026-08")], at=NOW)
        assert scores.score_touched(now=NOW) is None

    run = scores.score_touched(now=NOW, told=other_worker)
    assert (run is not None and run.state, set(Touched.objects.values_list("month", flat=True))) == ("done", {"2026-08"})
    assert scores.score_touched(now=NOW) is not None
    assert not Touched.objects.exists()


def test_a_killed_run_does_not_keep_the_next_one_away(world: World) -> None:
    Run.objects.create(total=3, started_at=NOW, beat_at=timezone.now() - timedelta(minutes=6))
    scores.touch(months=[("acme", "2026-09")], at=NOW)
    assert scores.score_touched(now=NOW) is not None


@pytest.mark.parametrize("seed", [1, 2])
def test_scoring_what_an_import_touched_gives_what_scoring_everything_gives(
    world: World, own_store: Path, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    lines = [*rows("acme", "A", slow=5), *rows("birch", "Q", slow=4)]
    chosen = [*random.sample(lines, 12), *rows("acme", "A", slow=5)[-5:]]      # the newest too: an older export is refused
    store = the_store()
    load(store, tmp_path, chosen, complete_to=datetime(2026, 10, 13, 6, tzinfo=UTC))
    marks = [(line.split(",")[1], line.split(",")[5][:7]) for line in chosen] + [
        (line.split(",")[1], line.split(",")[6][:7]) for line in chosen if line.split(",")[6]
    ]
    random.shuffle(marks)
    scores.touch(months=marks, at=NOW)
    scores.score_touched(now=NOW)
    partly = results()
    scores.touch_all(clients=[world.acme, world.birch], at=NOW)
    scores.score_touched(now=NOW)
    assert partly == results()
