"""One record with its clocks, the chart of allowed misses, and the judged records that pages read."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.contracts.operations import save_contract
from keepscore.records.store_errors import StoreUnreadable
from keepscore.scores import judged, misses, queries
from keepscore.scores.listing import Asked
from keepscore.scores.measure_page import measure_page
from keepscore.scores.models import Score
from keepscore.scores.record_page import Counted, Moment, record_page
from tests.scores import cedar as made
from tests.scores.test_measure_numbers import plain, plain_row
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db


def score_of(client: Client, period: str = "2026-Q3") -> Score:
    return Score.objects.select_related("client", "contract").get(client=client, period=period)


def test_a_record_shows_both_clocks_under_every_measure(cedar: Client) -> None:
    shown = record_page(cedar, source="ledger", reference="C-2")
    assert shown is not None
    assert plain(shown.headline) == "C-2 was late by 4 h"
    url = "/clients/cedar/measures/"
    assert sorted((plain_row(row) for row in shown.counted), key=lambda row: str(row.measure)) == [
        Counted("Half of requests closed within", f"{url}half/?period=2026-Q3&show=missed", "Q3 2026", "missed", "Past the target", "", "–",
                "9 h", "25 h", "–", "3 h"),
        Counted("Repeats, at most", f"{url}repeats%252Fall/?period=2026-Q3&show=missed", "Q3 2026", "missed", "Missed", "", "–", "–", "–",
                "–", ""),
        Counted("Requests closed in time", f"{url}on-time/?period=2026-Q3&show=missed", "Q3 2026", "missed", "Missed", "", "4 h", "8 h",
                "25 h", "1 h", "4 h"),
    ]  # fmt: skip


def test_the_course_of_a_record_has_its_pauses_with_side_and_reason(cedar: Client) -> None:
    shown = record_page(cedar, source="ledger", reference="C-2")
    assert shown is not None
    assert [plain_row(moment) for moment in shown.course] == [
        Moment("6 Jul 09:00", "Opened"),
        Moment("6 Jul 12:00 to 6 Jul 13:00", "Waiting for the client", "User away", "1 h", is_pause=True),
        Moment("7 Jul 10:00", "Done"),
    ]
    assert dict(shown.columns)["Team"] == "red"
    assert "Promised for" in shown.blank


def test_a_corrected_record_says_which_batch_changed_what(cedar: Client, own_copy: None, tmp_path: Path) -> None:
    text = "number,priority,site,team,opened,closed,minutes,repeat\nC-3,P1,York,blue,2026-07-06T08:00:00Z,2026-07-08T14:00:00Z,60,no\n"
    made.load(tmp_path / "correction.csv", made.RECORDS_MAPPING, text)
    shown = record_page(cedar, source="ledger", reference="C-3")
    assert shown is not None
    assert [(state.file_name, state.changes) for state in shown.states] == [
        ("correction.csv", (("Priority", "P2", "P1"),)), ("ledger.csv", ()),
    ]  # fmt: skip


def test_what_a_page_shows_is_from_the_store_that_the_score_saw(cedar: Client, own_copy: None, tmp_path: Path) -> None:
    before = judged.measure_rows(score_of(cedar), "on-time")
    text = "number,priority,site,team,opened,closed,minutes,repeat\nC-9,P1,York,blue,2026-07-06T08:00:00Z,2026-07-08T14:00:00Z,60,no\n"
    made.load(tmp_path / "late.csv", made.RECORDS_MAPPING, text)
    _file(cedar).unlink()
    assert judged.measure_rows(score_of(cedar), "on-time").equals(before)


def test_a_record_of_another_client_is_not_there(cedar: Client, world: World) -> None:
    assert record_page(world.acme, source="ledger", reference="C-2") is None
    assert record_page(cedar, source="desk", reference="A-0001") is None


def test_judged_records_are_kept_until_they_no_longer_belong_to_the_score(cedar: Client) -> None:
    score = score_of(cedar)
    rows = judged.judged_rows(score)
    kept = os.stat(_file(cedar))
    assert judged.judged_rows(score).equals(rows)
    assert os.stat(_file(cedar)).st_ino == kept.st_ino
    score.as_of -= timedelta(days=20)       # as if scored earlier: =C/6 was still to come
    assert judged.judged_rows(score).num_rows < rows.num_rows
    assert os.stat(_file(cedar)).st_ino != kept.st_ino


def test_a_torn_file_of_judged_records_is_made_again(cedar: Client) -> None:
    rows = judged.measure_rows(score_of(cedar), "on-time")
    _file(cedar).write_bytes(_file(cedar).read_bytes()[:-40])
    assert judged.measure_rows(score_of(cedar), "on-time").equals(rows)
    assert pq.ParquetFile(_file(cedar)).metadata.num_row_groups == 3       # one a measure: on-time, repeats, half


def test_a_contract_saved_since_does_not_change_how_a_number_was_made(cedar: Client, world: World) -> None:
    contract = Contract.objects.get(client=cedar)
    save_contract(client=cedar, text=contract.text + "- from: 2027-01-01\n", by=world.dana, at=NOW, today=TODAY)
    shown = measure_page(cedar, "on-time", period="2026-Q3", contract="", asked=Asked())
    assert shown is not None
    assert plain(shown.headline) == "50.0% against 90%: 2 records were late, none were allowed"


def test_numbers_stand_while_the_record_store_cannot_be_read(cedar: Client, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    _file(cedar).unlink(missing_ok=True)
    settings.KEEPSCORE_STORE = "/proc/1/nowhere"      # type: ignore[attr-defined]
    shown = measure_page(cedar, "on-time", period="2026-Q3", contract="", asked=Asked())
    assert shown is not None
    assert (plain(shown.headline)[:21], shown.listing) == ("50.0% against 90%: 2 ", None)
    assert shown.trouble.startswith("The record store cannot be read now")
    with pytest.raises(StoreUnreadable):
        judged.measure_rows(score_of(cedar), "on-time")


def test_the_chart_goes_down_by_one_allowed_miss_a_miss(world: World) -> None:
    found, _choices = queries.find(world.acme, "on-time", period="2026-Q3") or pytest.fail("no measure")
    rows = judged.measure_rows(found.score, "on-time")
    seen = misses.Seen(found.period, found.result, found.measure, found.version, found.zone, found.seen_to, True, rows, [])
    (span, allowed) = misses._span(seen) or pytest.fail("no chart")
    assert allowed == found.result.allowed_misses
    assert (span.readings[0].at, span.readings[0].share) == (date(2026, 7, 1), 1)
    assert (span.readings[-1].at, span.readings[-1].share) == (date(2026, 10, 1), 1 - found.result.missed / allowed)
    assert all(later.share <= before.share for before, later in zip(span.readings, span.readings[1:], strict=False))


def test_an_open_period_is_forecast_as_the_engine_does(world: World) -> None:
    found, _choices = queries.find(world.acme, "on-time", period="2026-Q4") or pytest.fail("no measure")
    ahead = misses.heading(found.measure, found.version, found.result, found.period, zone=found.zone, seen_to=found.seen_to)
    said = found.score.result["warnings"]
    assert ahead is not None
    assert [(ahead.volume, ahead.allowed, ahead.said.sentence if ahead.said else "")] == [
        (warning["forecast_volume"], warning["allowed_misses"], warning["sentence"]) for warning in said if warning["measure"] == "on-time"
    ] or ahead.said is None


def _file(client: Client) -> Path:
    return judged._path(score_of(client))
