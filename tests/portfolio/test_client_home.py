"""One client on one page: what it says, from which period, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.documents.parts import WaterfallRow
from keepscore.engine.results import MeasureResult, Ratio
from keepscore.portfolio import cells
from keepscore.portfolio.against import misses_used, off_target
from keepscore.portfolio.beside import beside
from keepscore.portfolio.cells import Due
from keepscore.portfolio.home import Area, Choice, Home, Said, home
from keepscore.scores.models import Score, Touched, Warning
from keepscore.users.audit import Actor
from tests.portfolio.cloned import like_acme
from tests.world import CANARY, NOW, TODAY, World

ON_TIME, HALF = "Requests closed in target time", "Half of requests closed within, at most"


def of_acme(world: World, **asked: Any) -> Home:
    return home(world.dana, world.acme, today=TODAY, **asked)


def test_the_page_tells_the_latest_finished_period(world: World) -> None:
    page = of_acme(world)
    assert (page.finding, page.sub, page.grade, page.tenths, page.no_grade, page.coverage) == (
        "Response and communication is strong at 4.8. 1 of 2 targets was missed: Requests closed in target time (82.8%, target 90%).",
        "Q3 2026, final: 1 July to 30 September. Contract ends 31 March 2027.", "", 40, "coverage 22%, 50% is needed for a grade",
        "Coverage 22% of the weight: 7 of 9 sub-areas had nothing to score.",
    )  # fmt: skip
    assert page.choices == (
        Choice("2026-Q4", "Q4 2026, so far", False), Choice("2026-Q3", "Q3 2026", True), Choice("2026-Q2", "Q2 2026", False),
        Choice("2026-Q1", "Q1 2026", False), Choice("2025-Q4", "Q4 2025", False), Choice("2025-Q3", "Q3 2025", False),
    )  # fmt: skip
    assert page.areas == (
        Area("Business Impact", None, "no score"), Area("Team Performance", 40, "4.0"), Area("Platform Maximization", None, "no score"),
    )  # fmt: skip


def test_measures_stand_missed_first_each_with_its_way_to_the_records(world: World) -> None:
    assert [(m.name, m.url, m.value, m.target, m.off, m.used, m.state, m.word) for m in of_acme(world).measures] == [
        (ON_TIME, "/clients/acme/measures/on-time/?period=2026-Q3", "82.8%", "90%", "\u22127.2", "11 of 6", "missed", "Missed"),
        (HALF, "/clients/acme/measures/quick-half/?period=2026-Q3", "3 h", "6 h", "\u22123 h", "", "met", "Met"),
    ]
    said = of_acme(world).measures[0]
    assert ('aria-label="Requests closed in target time: 82.8%, target 90%, missed"' in said.bullet,
            'aria-label="By period: 84.4%, 84.4%, 82.3%, 87.3%, 82.8%"' in said.trend) == (True, True)


def test_the_steps_lead_from_five_to_the_score_and_add_up(world: World) -> None:
    steps = of_acme(world).steps
    assert [(step.row.name, step.row.amount, step.url) for step in steps] == [
        ("Nothing missed", "5.00", ""),
        ("Requests closed in target time", "\u22120.86", "/clients/acme/measures/on-time/?period=2026-Q3"),
        ("Half of requests closed within, at most", "\u22120.12", "/clients/acme/measures/quick-half/?period=2026-Q3"),
        ("Our score, shown as 4.0", "4.02", ""),
    ]
    assert isinstance(steps[0].row, WaterfallRow)
    amounts = [Fraction(step.row.amount.replace("\u2212", "-")) for step in steps]
    assert sum(amounts[:-1]) == amounts[-1]


def test_work_is_set_against_the_plan_only_when_the_period_is_over(world: World) -> None:
    over, so_far = of_acme(world).work, of_acme(world, period="2026-Q4").work
    assert over is not None
    assert so_far is not None
    assert [(work.heading, [(row.name, row.volume, row.planned, row.difference) for row in work.rows]) for work in (over, so_far)] == [
        ("What we did for them: 66 records, 10% above plan", [("Service desk", "66", "60", "+10%")]),
        ("What we did for them so far: 8 records", [("Service desk", "8", "60", "")]),
    ]


def test_volume_is_told_with_its_measure(world: World) -> None:
    volume = of_acme(world).volume
    assert volume is not None
    assert (volume.sentence[:61], volume.url) == (
        "Requests closed in target time: work was 10% above plan: 81.0", "/clients/acme/measures/on-time/?period=2026-Q3")


def test_the_open_period_says_that_it_is_not_over(world: World) -> None:
    assert of_acme(world, period="2026-Q4").sub == (
        "Q4 2026: 1 October to 31 December. Not over: records seen up to 12 Oct 2026, 23:59 UTC. Contract ends 31 March 2027.")


def test_a_period_that_was_never_scored_falls_back_to_the_latest_finished_one(world: World) -> None:
    assert [of_acme(world, period=asked) for asked in ("2019-Q1", "<script>", "\0")] == [of_acme(world)] * 3


def warn(world: World, *, period: str, urgency: str = "used 50%", used: int = 5, runs_out: date | None = None, **changes: Any) -> Warning:
    return Warning.objects.create(**{
        "client": world.acme, "contract": Contract.objects.get(client=world.acme), "period": period, "measure": "on-time",
        "name": ON_TIME, "urgency": urgency, "sentence": "Said then.", "runs_out": runs_out, "said": {"used": used},
        "as_of": NOW, "raised_at": NOW, **changes,
    })  # fmt: skip


def test_early_warnings_of_the_open_period_stand_above_with_what_was_said(world: World) -> None:
    Warning.objects.all().delete()
    warn(world, period="2026-Q4")
    warn(world, period="2026-Q4", urgency="used up", used=9, measure="quick-half", name="Half")
    warn(world, period="2026-Q4", urgency="used 75%", is_current=False)
    here = "/clients/acme/measures/"
    expected = (
        Said("Early warning for Q4 2026:", "Half: Said then.", f"{here}quick-half/?period=2026-Q4", "See the 9 misses"),
        Said("Early warning for Q4 2026:", f"{ON_TIME}: Said then.", f"{here}on-time/?period=2026-Q4", "See the 5 misses"),
    )
    assert [of_acme(world).warnings, of_acme(world, period="2026-Q4").warnings, of_acme(world, period="2026-Q1").warnings] == [expected] * 3


def test_what_was_said_in_a_period_stays_after_it(world: World) -> None:
    Warning.objects.all().delete()
    warn(world, period="2026-Q3", is_current=False, as_of=NOW - timedelta(days=60))
    assert of_acme(world).past == (
        Said("14 Aug", f"{ON_TIME}: Said then.", "/clients/acme/measures/on-time/?period=2026-Q3", "What came of it"),)


def due(world: World, **changes: Any) -> list[tuple[date, str, str]]:
    Contract.objects.filter(client=world.acme).update(**changes)
    return [(one.date, one.title, one.note) for one in of_acme(world).due]


def test_the_next_dates_come_from_contract_and_period(world: World) -> None:
    to_publish = (TODAY, "Scorecard of Q3 2026", "Final, not published yet")
    period_end = (date(2026, 12, 31), "Q4 2026 ends", "Its score is final once records are complete")
    assert due(world) == [
        to_publish,
        (date(2026, 12, 31), "Notice date of the contract", "Ends 31 March 2027"), period_end,
        (date(2027, 3, 31), "Contract ends", "Renewal or end"),
    ]  # fmt: skip
    assert due(world, notice=date(2026, 10, 1)) == [
        to_publish, period_end, (date(2027, 3, 31), "Contract ends", "The notice date was 1 October 2026"),
    ]  # fmt: skip
    assert due(world, notice=None, ends=None) == [to_publish, period_end]


@pytest.fixture
def told_due() -> Iterator[Callable[[Due], None]]:
    def register(one: Due) -> None:
        cells.due.register("test", lambda actor, client, today: [one])

    yield register
    cells.due.unregister("test")


def test_other_rooms_add_their_dates(world: World, told_due: Any) -> None:
    told_due(Due(date(2026, 10, 16), "Business review", "Leeds", "/review/", "Open the review"))
    assert due(world)[1] == (date(2026, 10, 16), "Business review", "Leeds")


def test_without_contract_or_records_the_page_says_what_comes_next(world: World, as_user: Any) -> None:
    Score.objects.all().delete()
    assert b"Nothing has been scored yet" in as_user(world.dana).get("/clients/acme/").content
    bare = Client.objects.create(key="new", slug="new", name="New & Co", lead=world.dana, created_at=NOW)
    page = as_user(world.dana).get("/clients/new/").content
    assert (b"This client has no contract yet" in page, b"New &amp; Co" in page) == (True, True)
    assert home(world.dana, bare, today=TODAY).has_contract is False


def test_a_client_that_waits_for_its_score_is_told_so(world: World) -> None:
    assert of_acme(world).waits is False
    Touched.objects.create(client=world.acme, since=NOW)
    assert of_acme(world).waits is True


def test_of_several_contracts_one_is_shown_and_the_others_can_be_chosen(world: World) -> None:
    second = Contract.objects.create(client=world.acme, key="second", text="", digest="0" * 64, saved_at=NOW)
    assert of_acme(world).contracts == (Choice("main", "main", True), Choice("second", "second", False))
    assert of_acme(world).measures[0].url == "/clients/acme/measures/on-time/?period=2026-Q3&contract=main"
    other = of_acme(world, contract=second.key)
    assert (other.contracts[1].is_current, other.has_score, other.has_contract) == (True, False, True)


def test_a_stranger_finds_no_client(world: World, as_user: Any) -> None:
    answers = [as_user(world.dana).get(f"/clients/{slug}/{query}") for slug in ("birch", "nobody") for query in ("", "?period=2026-Q3")]
    assert [(answer.status_code, CANARY in answer.content.decode()) for answer in answers] == [(404, False)] * 4
    seen = {name: as_user(getattr(world, name)).get("/clients/acme/").status_code for name in ("dana", "eli", "lee", "eve", "dan", "nora")}
    assert seen == {"dana": 200, "eli": 200, "lee": 200, "eve": 200, "dan": 200, "nora": 404}


def test_a_page_shows_nothing_of_the_neighbours(world: World, as_user: Any) -> None:
    assert CANARY not in as_user(world.dana).get("/clients/acme/").content.decode()


def test_the_keys_lead_to_the_clients_beside_it_that_may_be_seen(world: World) -> None:
    one, two = like_acme(world, 2)
    names = [client and client.name for at in (world.acme, one, two, world.birch) for client in beside(world.lee, at)]
    assert names == [None, one.name, "Acme Bakeries", two.name, one.name, world.birch.name, two.name, None]
    assert beside(world.dana, world.acme) == (None, None)


def result(**changes: Any) -> MeasureResult:
    base = MeasureResult(
        key="m", name="M", sub_area="s", kind="share", unit="%", critical=False, weight=Fraction(1), records=100, kept=90, missed=10,
        open=0, left_out=(), unjudged=(), value=Ratio(90, 100),
        target_kind="at_least", target=(Fraction(92, 100),), met=False, allowed_misses=8,
        score=None, no_score=None, counted_by="opened",
    )  # fmt: skip
    return replace(base, **changes)


@pytest.mark.parametrize(("changes", "off", "used"), [
    ({}, "\u22122.0", "10 of 8"),
    ({"value": Ratio(92, 100)}, "0", "10 of 8"),
    ({"value": Ratio(95, 100)}, "+3.0", "10 of 8"),
    ({"value": None}, "", ""),
    ({"target": (), "target_kind": None, "allowed_misses": None}, "", ""),
    ({"target_kind": "between", "target": (Fraction(85, 100), Fraction(95, 100))}, "", "10 of 8"),
    ({"target_kind": "between", "target": (Fraction(91, 100), Fraction(95, 100))}, "\u22121.0", "10 of 8"),
    ({"target_kind": "between", "target": (Fraction(80, 100), Fraction(85, 100))}, "+5.0", "10 of 8"),
    ({"kind": "value", "unit": "s", "value": Ratio(9000, 1), "target_kind": "at_most", "target": (Fraction(7200),)}, "+30 min", ""),
    ({"kind": "reported", "unit": "of 5", "value": Ratio(44, 10), "target": (Fraction(42, 10),)}, "+0.2", ""),
])  # fmt: skip
def test_the_distance_from_the_target_has_a_sign_and_ends_at_the_nearer_bound(changes: dict[str, Any], off: str, used: str) -> None:
    assert (off_target(result(**changes)), misses_used(result(**changes))) == (off, used)


def test_a_provider_is_asked_with_actor_client_and_day(world: World) -> None:
    asked: list[tuple[Actor, Client, date]] = []
    cells.due.register("ask", lambda actor, client, today: asked.append((actor, client, today)) or [])
    try:
        of_acme(world)
    finally:
        cells.due.unregister("ask")
    assert asked == [(world.dana, world.acme, TODAY)]
