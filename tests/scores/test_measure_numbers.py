"""Every kind of measure down to what stands behind it: whole values against a quarter that was counted by hand."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from keepscore.clients.models import Client
from keepscore.scores import queries
from keepscore.scores.finding import Step
from keepscore.scores.handed_in import FigureRow, OutageRow
from keepscore.scores.listing import Asked, Row
from keepscore.scores.measure_page import MeasurePage, measure_page

pytestmark = pytest.mark.django_db


def page(client: Client, key: str, *, period: str = "2026-Q3", **asked: str) -> MeasurePage:
    found = measure_page(client, key, period=period, contract="", asked=Asked(**asked))
    assert found is not None
    return found


def references(page_: MeasurePage) -> list[str]:
    assert page_.listing is not None
    return [row.reference for row in page_.listing.rows]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def plain_row(row: Any) -> Any:
    """With ordinary spaces, so that a test can be read."""
    texts = {item.name: getattr(row, item.name) for item in fields(row)}
    return type(row)(**{name: plain(text) if isinstance(text, str) else text for name, text in texts.items()})


def test_all_measures_of_the_latest_finished_period_missed_first(cedar: Client) -> None:
    shown = queries.measures_page(cedar, period="")
    assert shown.headline == "2 of 5 targets were missed in Q3 2026"
    assert [(row.name, row.value, row.target, row.missed, row.state) for row in shown.rows] == [
        ("Requests closed in time", "50.0%", "90%", "2 of 0", "missed"),
        ("Network available", "99.91%", "99.95%", "", "missed"),
        ("Repeats, at most", "33.3%", "50%", "2 of 3", "met"),
        ("Half of requests closed within", "4 h", "at most 6 h", "", "met"),
        ("User rating", "4.4 of 5", "4.2 of 5", "", "met"),
        ("Goals on track", "3 of 5", "", "", "no records"),
    ]


def test_every_record_of_a_share_is_in_one_line_of_how_it_is_made(cedar: Client) -> None:
    assert page(cedar, "on-time").steps == (
        Step("Records in", "6"), Step("Left out, each with a reason", "1", "left-out"),
        Step("The site was closed (clause 4)", "1", is_reason=True), Step("Cannot be judged", "1", "unjudged"),
        Step("no value that the limit depends on", "1", is_reason=True), Step("Counted", "4"), Step("Kept", "2", "kept"),
        Step("Missed", "2", "missed"), Step("2 divided by 4", "50.0%", is_result=True),
    )  # fmt: skip


def test_the_headline_says_figure_target_and_misses_of_those_allowed(cedar: Client) -> None:
    heads = {key: plain(page(cedar, key).headline) for key in ("on-time", "repeats/all", "half", "up", "rating", "goals")}
    assert heads == {
        "on-time": "50.0% against 90%: 2 records were late, none were allowed",
        "repeats/all": "33.3% against 50%: 2 records were missed, 3 were allowed",
        "half": "4 h against at most 6 h: the target was met",
        "up": "99.91% against 99.95%: 2 h down, 1 h 06 m were allowed",
        "rating": "4.4 of 5 against 4.2 of 5: the target was met",
        "goals": "3 of 5 goals",
    }


def test_the_sentence_is_made_from_the_contract(cedar: Client) -> None:
    told = {key: plain(page(cedar, key).sentence) for key in ("on-time", "repeats/all", "half", "up", "rating", "goals")}
    assert told == {
        "on-time": "Share of records of Help desk done within the limit of their priority: P1 4 h, others 16 h. The clock runs Monday to"
        " Friday, 09:00 to 17:00 except on holidays, and stops while the record waits for the client.",
        "repeats/all": "Share of all records for which this is not so: repeat is no.",
        "half": "The time inside which 50 in 100 records of Help desk are done. The clock runs Monday to Friday, 09:00 to 17:00 except on"
        " holidays, and never stops.",
        "up": "Share of the service time in which wan was up. The clock runs day and night. Planned outages are left out.",
        "rating": "A figure that is reported from elsewhere; the last one of the period counts.",
        "goals": "Counted elsewhere; both numbers, how many and of how many, are handed in.",
    }


def test_the_rest_of_the_contract_is_told_with_its_conditions(cedar: Client) -> None:
    assert [(term.name, term.text, term.condition) for term in page(cedar, "on-time").terms] == [
        ("Looks at", "work inside the contract", ""), ("Left out", "The site was closed (clause 4)", "site is Closed"),
        ("A record counts by", "its opening", ""), ("Weight", "1", ""),
    ]  # fmt: skip
    assert page(cedar, "repeats/all").terms[0].text == "repeat is no"


def test_the_way_from_figure_to_score_is_said(cedar: Client) -> None:
    shown = {key: (page(cedar, key).score, plain(page(cedar, key).curve)) for key in ("on-time", "half", "rating", "goals")}
    by_allowance = "5 when nothing is missed, 4 at the target, one less for each further time the allowed misses are spent"
    assert shown == {
        "on-time": ("1.0", by_allowance), "half": ("4.7", "5 at 3 h, 4 at 6 h, 1 at 15 h"),
        "rating": ("4.3", "5 at 4.8 of 5, 4 at 4.2 of 5, 1 at 2 of 5"), "goals": ("3.4", "1 at none, 5 at all of them, in a straight line"),
    }  # fmt: skip


def test_misses_come_first_and_the_furthest_over_before_the_others(cedar: Client) -> None:
    shown = page(cedar, "on-time").listing
    assert shown is not None
    assert (shown.show, shown.order, shown.more) == ("missed", "Furthest over first", ("Team",))
    assert shown.chips == (
        ("missed", "Missed", 2, "missed"), ("kept", "Kept", 2, "met"), ("left-out", "Left out", 1, "none"),
        ("unjudged", "Cannot be judged", 1, "too few"),
    )  # fmt: skip
    assert [plain_row(replace(row, over_bar="")) for row in shown.rows] == [
        Row("C-3", "/clients/cedar/records/ledger/C-3/", "6 Jul 09:00", "P2", "York", "Help desk", "16 h", "22 h", "54 h", "–",
            "8 Jul 15:00", "–", "6 h", "", "", "missed", ("blue",)),
        Row("C-2", "/clients/cedar/records/ledger/C-2/", "6 Jul 09:00", "P1", "Leeds", "Help desk", "4 h", "8 h", "25 h", "–",
            "7 Jul 10:00", "1 h", "4 h", "", "", "missed", ("red",)),
    ]  # fmt: skip


def test_a_rule_without_a_clock_shows_when_its_records_were_done(cedar: Client) -> None:
    shown = page(cedar, "repeats/all").listing
    assert shown is not None
    assert [(row.reference, row.done) for row in shown.rows] == [("C-2", "7 Jul 10:00"), ("C-5", "20 Jul 10:00")]
    assert ({"resolved_at"} & shown.has, {"elapsed", "over", "due_at"} & shown.has) == ({"resolved_at"}, set())


def test_a_value_lists_the_records_past_its_target_first(cedar: Client) -> None:
    shown = page(cedar, "half").listing
    assert shown is not None
    assert [(row.reference, plain(row.took), plain(row.over)) for row in shown.rows] == [
        ("C-5", "57 h", "51 h"), ("C-3", "22 h", "16 h"), ("C-2", "9 h", "3 h"),
    ]  # fmt: skip
    assert [chip[1:3] for chip in shown.chips] == [("Past the target", 3), ("Inside the target", 3)]


def test_left_out_and_unjudged_records_are_one_click_away_with_their_reasons(cedar: Client) -> None:
    found = {show: page(cedar, "on-time", show=show).listing for show in ("left-out", "unjudged", "kept", "open")}
    assert {show: [(row.reference, row.reason) for row in listing.rows] for show, listing in found.items() if listing} == {
        "left-out": [("C-5", "The site was closed (clause 4)")], "unjudged": [("C-4", "no value that the limit depends on")],
        "kept": [("C-1", ""), ("=C/6", "")], "open": [],
    }  # fmt: skip


def test_a_filter_by_one_value_of_a_column_moves_rows_and_counts(cedar: Client) -> None:
    shown = page(cedar, "on-time", column="site", value="York").listing
    assert shown is not None
    assert ([row.reference for row in shown.rows], shown.filtered_by, [chip[2] for chip in shown.chips], shown.whole) == (
        ["C-3"], "Site: York", [1, 1, 1], 6,
    )  # fmt: skip
    assert references(page(cedar, "on-time", column="team", value="", show="kept")) == ["=C/6"]
    assert references(page(cedar, "on-time", column="measure_key", value="x")) == []


def test_a_breakdown_says_where_the_misses_are(cedar: Client) -> None:
    shown = page(cedar, "on-time").breakdowns
    assert [(table.name, [(part.name, part.missed, part.share, part.is_worse) for part in table.parts]) for table in shown] == [
        ("By team", [("blue", 1, "100.0%", True), ("red", 1, "50.0%", True), ("blank", 0, "0.0%", False)]),
        ("By site", [("Leeds", 1, "50.0%", True), ("York", 1, "50.0%", True)]),
        ("By priority", [("P1", 1, "50.0%", True), ("P2", 1, "50.0%", True)]),
    ]


def test_outages_are_listed_with_the_service_time_they_cost(cedar: Client) -> None:
    assert [plain_row(row) for row in page(cedar, "up").outages] == [
        OutageRow("O-1", "monitor", "3 Aug 11:00", "3 Aug 13:00", "2 h", "missed", "counts"),
        OutageRow("O-2", "monitor", "10 Aug 01:00", "10 Aug 02:00", "1 h", "left out", "planned, left out"),
    ]


def test_figures_are_listed_with_the_one_that_counts(cedar: Client) -> None:
    assert page(cedar, "rating").figures == (
        FigureRow("20 Sep 01:00", "4.35", "after the survey", True), FigureRow("1 Aug 01:00", "4.1", "", False),
    )  # fmt: skip
    assert page(cedar, "goals").figures == (FigureRow("20 Sep 01:00", "3 of 5", "", True),)


def test_an_open_period_says_so_far_and_lists_what_is_open(cedar: Client) -> None:
    shown = page(cedar, "on-time", period="2026-Q4")
    assert (shown.headline, shown.is_over) == ("Nothing to measure in Q4 2026", False)
    assert references(page(cedar, "on-time", period="2026-Q4", show="open")) == ["C-7"]


def test_a_measure_that_the_client_never_had_is_none(cedar: Client) -> None:
    assert measure_page(cedar, "quick-half", period="", contract="", asked=Asked()) is None
    assert measure_page(cedar, "on-time", period="", contract="other", asked=Asked()) is None
