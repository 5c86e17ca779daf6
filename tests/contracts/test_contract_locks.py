"""What is in force cannot be changed, by whatever road a text comes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from keepscore.contracts.models import Contract, Draft
from keepscore.contracts.operations import (
    ChangedMeanwhile,
    HeadLocked,
    OtherContract,
    ReasonNeeded,
    VersionLocked,
    keep_draft,
    save_contract,
)
from keepscore.contracts.writing import ContractFile
from keepscore.users.models import AuditEntry
from tests.world import NOW, TODAY, World


def text_of(world: World) -> str:
    return Contract.objects.get(client=world.acme).text


def with_version(text: str, start: str = "2027-01-01") -> str:
    file = ContractFile(text)
    file.add_version(start)
    return file.text()


def save(world: World, text: str, **more: Any) -> Contract:
    return save_contract(client=world.acme, text=text, **{"by": world.dana, "at": NOW, "today": TODAY, **more})


@pytest.mark.parametrize(("old", "new"), [
    ("at_least: 90%}\n    groups", "at_least: 80%}\n    groups"), ("effort_hours: 30", "effort_hours: 31"),
    ("- from: 2025-01-01", "- from: 2025-01-02"), ("mon-fri: \"09:00-17:00\"", "mon-thu: \"09:00-17:00\""),
])  # fmt: skip
def test_a_version_in_force_cannot_be_changed(world: World, old: str, new: str) -> None:
    before = text_of(world)
    assert before.count(old) == 1
    with pytest.raises(VersionLocked) as refused:
        save(world, before.replace(old, new))
    assert str(refused.value) == (
        "The version from 1 January 2025 is in force and locked. Leave it as it was and add a version with a later first day.")
    assert text_of(world) == before


def test_a_locked_version_cannot_be_left_out_of_the_text(world: World) -> None:
    later = with_version(text_of(world), "2026-11-01")
    without = ContractFile(later)
    without.remove(("versions", 0))
    with pytest.raises(VersionLocked):
        save(world, without.text())


@pytest.mark.parametrize(("old", "new", "what"), [
    ("name: Acme Bakeries, timezone: Europe/London", "name: Acme Bakeries, timezone: Europe/Berlin", "The client's time zone"),
    ("currency: GBP", "currency: EUR", "The currency"), ("currency: GBP\n", "", "The currency"),
    ("currency: GBP", "currency: GBP\nyear_starts: 4", "The month in which the year starts"),
])  # fmt: skip
def test_what_holds_for_all_versions_is_locked_while_one_is_in_force(world: World, old: str, new: str, what: str) -> None:
    with pytest.raises(HeadLocked) as refused:
        save(world, text_of(world).replace(old, new))
    assert refused.value.what == what


def test_the_end_the_notice_and_comments_may_change(world: World) -> None:
    text = text_of(world).replace("ends: 2027-03-31", "ends: 2028-03-31   # prolonged by letter")
    saved = save(world, text, note="Prolonged")
    assert (saved.text, saved.ends, saved.revisions.count()) == (text, date(2028, 3, 31), 2)


def test_a_version_not_yet_in_force_may_still_change_until_its_first_day(world: World) -> None:
    text = with_version(text_of(world))
    save(world, text)
    file = ContractFile(text)
    file.put(("versions", 1, "measures", 0, "target", "at_least"), "95%")
    save(world, file.text())
    with pytest.raises(VersionLocked):
        save(world, text, today=date(2027, 1, 1))


def test_a_version_that_begins_in_the_past_needs_a_reason(world: World) -> None:
    text = with_version(text_of(world), "2026-10-13")
    with pytest.raises(ReasonNeeded):
        save(world, text, note="  ")
    assert save(world, text, note="Amendment 2, signed late").revisions.first().note == "Amendment 2, signed late"


def test_a_refusal_is_in_the_audit_log_and_nothing_else_changed(world: World) -> None:
    with pytest.raises(VersionLocked):
        save(world, text_of(world).replace("effort_hours: 30", "effort_hours: 31"))
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.refused, entry.by, entry.client) == ("contract.saved", True, "Dana Northgate", "acme")
    assert Contract.objects.get(client=world.acme).revisions.count() == 1


def test_the_second_of_two_people_is_told_and_keeps_the_text(world: World) -> None:
    mine, theirs = with_version(text_of(world), "2027-02-01"), text_of(world).replace("# nothing", "") + "# Eli was here\n"
    keep_draft(client=world.acme, key="main", text=mine, revision=1, by=world.dana, at=NOW)
    keep_draft(client=world.acme, key="main", text=theirs, revision=1, by=world.eli, at=NOW)
    save(world, theirs, by=world.eli, revision=1)
    with pytest.raises(ChangedMeanwhile):
        save(world, mine, revision=1)
    assert text_of(world) == theirs
    assert list(Draft.objects.values_list("saved_by__name", "text")) == [("Dana Northgate", mine)]


def test_a_first_contract_that_somebody_else_saved_first_is_not_overwritten(world: World) -> None:
    with pytest.raises(ChangedMeanwhile):
        save(world, text_of(world), revision=0)


def test_a_contract_keeps_its_client_and_its_key(world: World) -> None:
    birch = Contract.objects.get(client=world.birch).text
    with pytest.raises(OtherContract):
        save(world, birch)
    with pytest.raises(OtherContract):
        save(world, "contract: second\n" + text_of(world), key="main")
    assert Contract.objects.count() == 2
