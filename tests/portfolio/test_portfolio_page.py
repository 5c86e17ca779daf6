"""All clients on one page: rows as they are, for whom, in how many questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.portfolio import cells, queries
from keepscore.portfolio.headline import Headline, complete_text, headline
from keepscore.portfolio.needs import Reason, Why
from keepscore.portfolio.rows import Finished, Known, Open, Row, row
from keepscore.scores.models import Run, Score, Touched
from keepscore.users.audit import Actor
from tests.portfolio.cloned import like_acme
from tests.world import CANARY, NOW, TODAY, World

ACME = {
    "name": "Acme Bakeries", "url": "/clients/acme/", "contract": "", "lead": "Dana Northgate", "period": "Q3 2026", "tenths": 40,
    "grade": "", "score": "4.0", "no_grade": "coverage 22%, 50% is needed for a grade", "spark": (41, 41, 40, 42, 40), "missed": 1,
    "judged": 2, "missed_text": "1 of 2", "warned": 0, "warning": "", "warning_rest": "", "notice": date(2026, 12, 31),
    "notice_in": "79 days", "notice_day": "Thu 31 Dec", "notice_is_near": True, "notice_is_soon": False, "reasons": (), "why": "",
    "cells": (),
}  # fmt: skip


def known(name: str = "Quillon", **changes: Any) -> Known:
    return Known(**{
        "client": 7, "name": name, "url": "/clients/q/", "lead": "", "contract": "main", "is_only": True, "notice": None, "finished": None,
        "open": None, "waits": False, **changes,
    })  # fmt: skip


def warning(name: str, *, urgency: str = "raised", runs_out: str | None = None) -> Mapping[str, Any]:
    return {"measure": name, "name": name, "urgency": urgency, "runs_out": runs_out, "used": 5, "allowed": 9}


def test_a_row_says_all_that_is_known_of_a_client(world: World) -> None:
    assert queries.board(world.dana, today=TODAY).rows == (Row(client=world.acme.pk, **ACME),)


@pytest.mark.parametrize(("warnings", "said"), [
    ((), ("", "")),
    ((warning("Calls", runs_out="2026-11-27"),), ("Calls", "runs out about 27 Nov")),
    ((warning("Calls", urgency="used up"),), ("Calls", "used up")),
    ((warning("Calls", urgency="used 90%"),), ("Calls", "")),
    ((warning("Calls", runs_out="2026-11-27"), warning("Visits", runs_out="2026-11-02")), ("2 measures", "first runs out about 2 Nov")),
    ((warning("Calls", runs_out="2026-11-27"), warning("Visits", urgency="used up")), ("2 measures", "1 already used up")),
    ((warning("Calls", urgency="used up"), warning("Visits", urgency="used up")), ("2 measures", "all used up")),
])  # fmt: skip
def test_early_warnings_are_said_in_one_cell(warnings: tuple[Mapping[str, Any], ...], said: tuple[str, str]) -> None:
    shown = row(known(open=Open("Q4 2026", warnings, None)), today=TODAY)
    assert (shown.warning, shown.warning_rest, shown.warned) == (*said, len(warnings))


@pytest.mark.parametrize(("changes", "why"), [
    ({"contract": None}, "no contract yet"),
    ({}, "no records yet"),
    ({"waits": True}, "waiting to be scored"),
    ({"open": Open("Q4 2026", (), None)}, "no finished period yet"),
    ({"finished": Finished("Q3 2026", 41, "", 2, 0, (41,), "coverage 22%")}, "coverage 22%"),
    ({"finished": Finished("Q3 2026", None, "", 0, 0, (None,), None)}, "no score"),
    ({"finished": Finished("Q3 2026", 41, "B", 2, 0, (41,), None)}, ""),
])  # fmt: skip
def test_where_there_is_no_grade_the_row_says_why(changes: dict[str, Any], why: str) -> None:
    assert row(known(**changes), today=TODAY).no_grade == why


def test_a_gap_in_the_periods_is_no_fall(world: World) -> None:
    Score.objects.filter(client=world.acme, period="2026-Q2").delete()
    Score.objects.filter(client=world.acme, period="2026-Q3").update(tenths=20)
    assert queries.board(world.dana, today=TODAY).needing == ()


def test_who_needs_you_stands_first_and_the_rest_by_score(world: World) -> None:
    like_acme(world, 2, grade="D", tenths=21)
    like_acme(world, 1, prefix="good", tenths=45)
    like_acme(world, 1, prefix="none", tenths=None)
    board = queries.board(world.lee, today=TODAY)
    assert ([one.name for one in board.need], [one.name for one in board.rest]) == (
        ["Client c000", "Client c001"], [f"{CANARY} Ltd", "Acme Bakeries", "Client good000", "Client none000"])
    assert headline(board) == Headline(
        "Two of 6 clients need you this week", "Client c000 is graded D at 2.1. Client c001 is graded D at 2.1.",
    )  # fmt: skip


def test_the_headline_counts_what_it_does_not_tell(world: World) -> None:
    like_acme(world, 5, grade="D", tenths=21)
    said = headline(queries.board(world.lee, today=TODAY))
    assert (said.title, said.text[-26:]) == ("Five of 7 clients need you this week", "Two more are listed below.")


def test_a_calm_week_says_so(world: World) -> None:
    board = queries.board(world.dana, today=TODAY)
    calm = "No early warning, no grade below C, and no notice date within 30 days."
    assert headline(board) == Headline("No client needs you this week", calm)
    assert complete_text(board) == "Records complete to 12 Oct, 23:59"


def test_a_client_with_two_contracts_has_a_line_for_each_and_counts_once(world: World) -> None:
    Contract.objects.create(client=world.acme, key="second", text="", digest="0" * 64, saved_at=NOW)
    board = queries.board(world.dana, today=TODAY)
    assert [(one.contract, one.url, one.no_grade) for one in board.rows] == [
        ("main", "/clients/acme/?contract=main", ACME["no_grade"]), ("second", "/clients/acme/?contract=second", "no records yet")]
    assert board.counts[""] == 1


def test_filters_narrow_the_rows_and_count_them(world: World) -> None:
    like_acme(world, 3, grade="B", tenths=41, missed=0)
    board = queries.board(world.lee, today=TODAY)
    assert board.counts == {"": 5, "warning": 1, "missed": 2, "notice": 5, "not-graded": 2}
    rows = {show: len(queries.board(world.lee, today=TODAY, show=show).rows) for show in queries.SHOWS}
    assert rows == board.counts


def test_the_lead_narrows_rows_counts_and_headline(world: World) -> None:
    like_acme(world, 3, grade="D", tenths=21)
    board = queries.board(world.lee, today=TODAY, lead=world.dana.pk)
    assert ([one.name for one in board.rows], board.counts[""], board.needing) == (["Acme Bakeries"], 1, ())
    assert board.leads == ((world.dana.pk, "Dana Northgate"), (world.lee.pk, "Lee Northgate"), (world.nora.pk, "Nora Northgate"))


def test_a_stranger_sees_no_trace_of_another_client(world: World, as_user: Any) -> None:
    for address in ("/", "/?show=missed", f"/?lead={world.nora.pk}", "/portfolio.csv", "/portfolio.xlsx", "/portfolio/progress/"):
        response = as_user(world.dana).get(address)
        text = response.content.decode(errors="replace")
        assert (response.status_code, CANARY in text, "Nora" in text) == (200, False, False), address


def test_what_is_no_filter_shows_everything(world: World, as_user: Any) -> None:
    for query in ("show=<script>", "lead=x", "lead=99999999999999999999", "lead=-1", "show=missed&show=x"):
        response = as_user(world.lee).get(f"/?{query}")
        assert (response.status_code, b"Acme" in response.content, b"<script>alert" in response.content) == (200, True, False), query


def test_a_zero_count_stays_visible_and_cannot_be_chosen(world: World, as_user: Any) -> None:
    page = as_user(world.dana).get("/").content.decode()
    assert re.findall(r'<span class="off">([A-Za-z ]+)<b>0</b></span>', page) == ["Early warning "]


LISTS = ("/", "/portfolio.csv", "/measures/", "/measures/on-time/", "/search/?q=client", "/clients/acme/")


def test_a_list_asks_as_many_questions_for_three_hundred_clients_as_for_one(world: World, as_user: Any) -> None:
    browser = as_user(world.lee)

    def asked() -> dict[str, int]:
        return {path: _questions(browser, path) for path in LISTS}

    asked()
    Client.objects.filter(pk=world.birch.pk).update(archived_at=NOW)
    one = asked()
    like_acme(world, 2, prefix="a")
    three = asked()
    like_acme(world, 297, prefix="b", periods=3)
    assert asked() == three == one


def _questions(browser: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(path).status_code == 200
    return len(caught)


def test_no_list_reads_a_whole_result(world: World, as_user: Any) -> None:
    browser = as_user(world.lee)
    for path in ("/", "/measures/", "/measures/on-time/", "/portfolio.xlsx"):
        with CaptureQueriesContext(connection) as caught:
            browser.get(path)
        assert [query["sql"] for query in caught if '"result"' in query["sql"]] == [], path


@pytest.fixture
def review_column() -> Iterator[Callable[[dict[int, cells.Cell]], None]]:
    """A later room's column, gone after the test."""

    def register(filled: dict[int, cells.Cell]) -> None:
        def fill(actor: Actor, clients: Sequence[Client], today: date) -> Mapping[int, cells.Cell]:
            return filled

        cells.columns.register("review", cells.Column("review", "Next review", 10, fill, "c-rate"))

    yield register
    cells.columns.unregister("review")


def test_a_column_that_no_room_fills_is_not_there(world: World, as_user: Any, review_column: Any) -> None:
    review_column({})
    assert b"Next review" not in as_user(world.dana).get("/").content


def test_a_column_of_a_later_room_stands_in_every_row_and_in_the_files(world: World, as_user: Any, review_column: Any) -> None:
    reason = Reason(Why.OTHER, "review on Friday", "The review of Acme is on Friday.")
    review_column({world.acme.pk: cells.Cell("3 days", "Fri 16 Oct", reason=reason)})
    board = queries.board(world.lee, today=TODAY)
    assert ([one.name for one in board.need], board.needing) == (["Acme Bakeries"], ("The review of Acme is on Friday.",))
    page = as_user(world.lee).get("/").content.decode()
    assert ("Next review" in page, "3 days" in page, "review on Friday" in page) == (True, True, True)
    assert as_user(world.lee).get("/portfolio.csv").content.decode().splitlines()[1].endswith(",review on Friday,3 days Fri 16 Oct")


def test_whoever_has_no_client_learns_what_to_do(world: World, as_user: Any) -> None:
    Client.objects.update(archived_at=NOW)
    assert b"on no client" in as_user(world.dana).get("/").content
    assert b"There is no client to show yet" in as_user(world.lee).get("/").content


def test_clients_without_a_score_are_shown_as_such(world: World, as_user: Any) -> None:
    Score.objects.all().delete()
    board = queries.board(world.dana, today=TODAY)
    assert (headline(board).title, board.rows[0].no_grade) == ("No client has a score yet", "no records yet")
    assert as_user(world.dana).get("/").status_code == 200


def test_a_scoring_run_says_how_far_it_is_without_foreign_counts(world: World, as_user: Any) -> None:
    browser = as_user(world.dana)
    assert browser.get("/portfolio/progress/").headers.get("HX-Refresh") == "true"
    Touched.objects.create(client=world.birch, since=NOW)
    assert b"scored" not in browser.get("/portfolio/progress/").content
    Touched.objects.create(client=world.acme, since=NOW)
    Run.objects.create(total=200, done=50, started_at=NOW, beat_at=datetime.now(UTC))
    page = browser.get("/portfolio/progress/").content.decode()
    assert ("1 client is being scored." in page, "25%" in page, "200" in page) == (True, True, False)


def test_a_failed_run_is_told_and_not_asked_for_again_and_again(world: World, as_user: Any) -> None:
    Touched.objects.create(client=world.acme, since=NOW)
    Run.objects.create(state=Run.State.FAILED, started_at=NOW, beat_at=NOW, finished_at=NOW)
    page = as_user(world.dana).get("/portfolio/progress/").content.decode()
    assert ("The last scoring run failed." in page, "hx-get" in page) == (True, False)


def test_only_reading_is_possible(world: World, as_user: Any) -> None:
    browser = as_user(world.lee)
    paths = ("/", "/portfolio.csv", "/portfolio.xlsx", "/portfolio/progress/", "/measures/", "/measures/on-time/", "/search/",
             "/clients/acme/")
    assert {path: browser.post(path).status_code for path in paths} == dict.fromkeys(paths, 405)
