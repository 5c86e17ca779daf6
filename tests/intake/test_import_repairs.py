"""Rows that need a decision: each group is mended where it is said, and the answers can be remembered."""

from __future__ import annotations

import csv as reader
import io
from pathlib import Path
from typing import Any

from keepscore.intake.models import Batch, Source, State
from keepscore.intake.store import the_store
from keepscore.users.models import AuditEntry
from tests.intake.files_in import GOOD, WRONG_CLIENT, WRONG_ORDER, WRONG_PRIORITY, csv, declared, sent, worked
from tests.world import World

BAD = csv([*GOOD, WRONG_PRIORITY, WRONG_CLIENT, WRONG_ORDER])


def page_of(browser: Any, batch: Batch) -> Any:
    return browser.get(batch.get_absolute_url()).context["page"]


def at(batch: Batch, reason: str) -> str:
    return str(next(number for number, group in enumerate(batch.groups) if group["reason"] == reason))


def test_errors_stand_in_groups_with_their_fix_inside(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, BAD)
    page = page_of(browser, batch)
    assert page.headline == "2 rows are ready. 3 need a decision from you"
    assert {fix.title: (fix.rows, fix.suggested, fix.leave) for fix in page.fixes} == {
        "“P2-High” is not one of your priorities": ("1", "P2", "Leave 1 row out"),
        "No client called “Acne”": ("1", "Acme Bakeries", "Leave 1 row out"),
        "Closed before it was opened": ("1", "", "Leave 1 row out"),
    }
    assert page.facts == (("New records", "2", False), ("Records updated, same number seen before", "0", False),
                          ("Left out, kept in a file for you", "3", True))
    assert (page.import_label, page.download_label) == ("Import 2, leave 3 out", "Download the 3 rows")
    assert [chip[:3] for chip in page.chips] == [("problems", "Problems", 3), ("updates", "Updates", 0), ("ready", "Ready", 2)]


def test_every_row_can_be_repaired_and_then_all_are_imported(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, BAD)
    url = f"/import/batches/{batch.pk}/answers/"
    browser.post(url, {"apply": at(batch, "enum"), f"value-{at(batch, 'enum')}": "P2", "remember": "1"})
    batch = worked(batch)
    assert batch.errors == 2
    browser.post(url, {"use": at(batch, "unknown_client"), "remember": "1"})
    batch = worked(batch)
    assert [group["reason"] for group in batch.groups] == ["date_order"]
    (cell,) = [cell for row in page_of(browser, batch).rows for cell in row.cells if cell.name]
    assert (cell.text, cell.wrong) == ("2026-09-02T10:00:00Z", "Before opened")
    browser.post(url, {cell.name: "2026-09-22T10:00:00Z", "cells": "1", "remember": "1"})
    batch = worked(batch)
    assert (batch.state, batch.errors, batch.ready) == (State.READY, 0, 5)
    browser.post(f"/import/batches/{batch.pk}/import/", {})
    batch = worked(batch)
    assert (batch.state, batch.inserted, batch.left_out) == (State.IMPORTED, 5, 0)
    stored = {row["reference"]: row for row in the_store().read("records").to_pylist() if row["reference"].startswith("N-")}
    assert {key: (row["client"], row["priority"]) for key, row in stored.items()} == {
        "N-0001": ("acme", "P1"), "N-0002": ("acme", "P2"), "N-0003": ("acme", "P2"), "N-0004": ("acme", "P2"), "N-0005": ("acme", "P2")}
    assert Source.objects.get(name="desk").repairs["values"] == {"priority": {"P2-High": "P2"}, "client": {"Acne": "acme"}}
    assert AuditEntry.objects.filter(action="import.answered", user=world.dan).count() == 3


def test_remembered_answers_hold_for_the_next_file_and_can_be_forgotten(world: World, as_user: Any, own_store: Path) -> None:
    source = declared()
    source.repairs = {"values": {"priority": {"P2-High": "P2"}}}
    source.save()
    browser = as_user(world.dan)
    batch = sent(browser, csv([*GOOD, WRONG_PRIORITY]))
    assert (batch.state, batch.ready) == (State.READY, 3)
    assert "P2-High" in browser.get(source.get_absolute_url()).content.decode()
    browser.post(f"/import/sources/{source.pk}/forget/", {"field": "priority", "found": "P2-High"})
    assert Source.objects.get(pk=source.pk).repairs["values"] == {}
    browser.post(f"/import/batches/{batch.pk}/look-again/", {})
    assert worked(batch).state == State.NEEDS_DECISION


def test_answers_that_are_not_to_be_remembered_hold_for_this_file_alone(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv([*GOOD, WRONG_PRIORITY]))
    browser.post(f"/import/batches/{batch.pk}/answers/", {"apply": "0", "value-0": "P2"})
    batch = worked(batch)
    browser.post(f"/import/batches/{batch.pk}/import/", {})
    assert worked(batch).inserted == 3
    assert Source.objects.get(name="desk").repairs in ({}, {"values": {}})


def test_rows_left_out_are_a_file_in_their_own_columns(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, BAD)
    browser.post(f"/import/batches/{batch.pk}/answers/", {"leave": at(batch, "date_order"), "remember": "1"})
    batch = worked(batch)
    assert (batch.errors, batch.left_out) == (2, 3)
    browser.post(f"/import/batches/{batch.pk}/import/", {})
    batch = worked(batch)
    assert (batch.state, batch.inserted, batch.left_out) == (State.IMPORTED, 2, 3)
    text = b"".join(browser.get(f"/import/batches/{batch.pk}/rejected/").streaming_content).decode("utf-8-sig")
    rows = list(reader.DictReader(io.StringIO(text)))
    assert [(row["number"], row["priority"], row["client"], row["keepscore row"]) for row in rows] == [
        ("N-0003", "P2-High", "acme", "4"), ("N-0004", "P2", "Acne", "5"), ("N-0005", "P2", "acme", "6")]
    assert the_store().batches()[-1].rejected_rows == (4, 5, 6)


def test_a_typed_correction_is_saved_before_an_import_is_begun(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv([*GOOD, WRONG_ORDER]))
    (cell,) = [cell for row in page_of(browser, batch).rows for cell in row.cells if cell.name]
    browser.post(f"/import/batches/{batch.pk}/import/", {cell.name: "2026-09-22T10:00:00Z"})
    batch = worked(batch)
    assert (batch.state, batch.ready, batch.imported_at) == (State.READY, 3, None)


def test_only_what_the_page_offers_is_taken_as_an_answer(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv([*GOOD, WRONG_PRIORITY]))
    for data in ({"apply": "0", "value-0": "P9"}, {"apply": "7"}, {"apply": "-1"}, {"use": "x"}, {"leave": "99"}, {"cell-2-0": "N-9999"},
                 {"cell-999999999-0": "a"}, {"cell-4-999": "a"}):  # fmt: skip
        browser.post(f"/import/batches/{batch.pk}/answers/", data)
        batch.refresh_from_db()
        assert (batch.state, batch.repairs) == (State.NEEDS_DECISION, {}), data


def test_all_answers_can_be_taken_back(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv([*GOOD, WRONG_PRIORITY]))
    browser.post(f"/import/batches/{batch.pk}/answers/", {"use": "0"})
    batch = worked(batch)
    assert page_of(browser, batch).urls["take_back"]
    browser.post(f"/import/batches/{batch.pk}/take-back/", {})
    assert worked(batch).errors == 1
