"""Contracts saved, scorecards published, corrected and withdrawn by a program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keepscore.contracts.models import Contract
from keepscore.scorecards import publishing
from keepscore.scorecards.models import Scorecard
from keepscore.users.models import AuditEntry
from tests.world import NOW, World, contract_text

MAIN = "/clients/acme/contracts/main"
PERIOD = "/clients/acme/scorecards/2026-Q3"


@pytest.fixture
def ask(world: World, secret_of: Any, program: Any) -> Any:
    return program(secret_of(world.lee, "read", "contracts", "publish", clients=[world.acme]))


def put(ask: Any, text: str | bytes, *, tag: str = "", path: str = MAIN) -> Any:
    return ask("put", path, data=text, content_type="application/yaml", **({"headers": {"if-match": tag}} if tag else {}))


def later(world: World) -> str:
    """The contract with a further version, which may still be changed."""
    text = contract_text(world.acme)
    version = text[text.index("- from: 2025-01-01") :].replace("2025-01-01", "2027-01-01").replace("90%", "95%")
    return text + version


def test_a_contract_is_read_changed_and_saved(world: World, ask: Any) -> None:
    tag = ask("get", MAIN)["ETag"]
    saved = put(ask, later(world), tag=tag)
    assert (saved.status_code, saved.json()["revision"], saved.json()["text"]) == (200, 2, later(world))
    assert saved["ETag"] == f'"2-{Contract.objects.get(client=world.acme).digest}"'
    assert AuditEntry.objects.filter(action="contract.saved").first().by == "nightly (Lee Northgate's token)"


def test_a_text_is_not_saved_over_one_that_was_not_seen(world: World, ask: Any) -> None:
    tag = ask("get", MAIN)["ETag"]
    assert put(ask, later(world)).status_code == 428
    assert put(ask, later(world), tag=tag).status_code == 200
    for stale in (tag, '"9-0"', "nonsense"):
        answer = put(ask, later(world) + "# again\n", tag=stale)
        assert (answer.status_code, answer.json()["detail"][:8]) == (409, "Somebody")
    assert Contract.objects.get(client=world.acme).revisions.count() == 2


def test_faults_come_with_their_lines_and_locked_versions_are_refused(world: World, ask: Any) -> None:
    tag = ask("get", MAIN)["ETag"]
    wrong = put(ask, contract_text(world.acme).replace("vendor: Northgate", "vendors: Northgate"), tag=tag)
    assert (wrong.status_code, wrong.json()["total"]) == (422, len(wrong.json()["faults"]))
    assert {"line", "key", "code", "found", "expected"} == set(wrong.json()["faults"][0])
    assert put(ask, b"\xff", tag=tag).json()["faults"][0]["code"] == "encoding"
    locked = put(ask, contract_text(world.acme, target="80%"), tag=tag)
    assert (locked.status_code, "locked" in locked.json()["detail"]) == (409, True)
    assert put(ask, contract_text(world.birch), tag=tag).status_code == 422
    assert AuditEntry.objects.filter(action="contract.saved", refused=True).count() == 1


def test_a_second_contract_is_made_by_its_first_text(world: World, ask: Any) -> None:
    text = contract_text(world.acme).replace("keepscore: 1\n", "keepscore: 1\ncontract: sites\n")
    made = put(ask, text, path="/clients/acme/contracts/sites")
    assert (made.status_code, made.json()["key"], made.json()["revision"]) == (201, "sites", 1)
    assert [row["key"] for row in ask("get", "/clients/acme/contracts").json()] == ["main", "sites"]
    assert put(ask, text, path="/clients/acme/contracts/other").status_code == 422


def test_a_text_is_checked_without_being_saved(world: World, ask: Any) -> None:
    def check(text: str) -> Any:
        return ask("post", "/contracts/check?client=acme", data=text, content_type="application/yaml")

    assert check(later(world)).json()["versions"] == ["2025-01-01", "2027-01-01"]
    assert check("keepscore: 1").status_code == 422
    assert check(contract_text(world.acme, target="80%")).status_code == 409
    assert Contract.objects.get(client=world.acme).revisions.count() == 1


def publish(ask: Any, reason: str = "") -> Any:
    shown = ask("get", f"{PERIOD}/draft").json()["shown"]
    return ask("post", f"{PERIOD}/publish", data={"shown": shown, "reason": reason}, content_type="application/json")


def test_a_scorecard_is_published_downloaded_corrected_and_withdrawn(world: World, shelf: Path, ask: Any) -> None:
    asked = publish(ask)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert publish(ask).status_code == 409
    publishing.publish_waiting(at=NOW)
    assert (ask("get", asked["Location"]).json()["state"], ask("get", asked["Location"]).json()["number"]) == ("done", 1)
    row = Scorecard.objects.get()
    listed = ask("get", "/scorecards?client=acme").json()["items"]
    assert (listed, listed[0]["digest"]) == ([ask("get", f"{PERIOD}/1").json()], row.digest)
    begins = {"bundle": b"PK", "paper": b"%PDF", "page": b"<!doctype html>"}
    for kind, first in begins.items():
        assert ask("get", f"{PERIOD}/1/files/{kind}").content[: len(first)].lower() == first.lower()
    assert ask("get", f"{PERIOD}/1/files/other").status_code == 422
    without_reason = publish(ask)
    assert (without_reason.status_code, without_reason.json()["errors"]) == (422, [{"where": "reason", "expected": "A reason is needed."}])
    assert ask("post", f"{PERIOD}/1/withdraw", data={"because": ""}, content_type="application/json").status_code == 422
    gone = ask("post", f"{PERIOD}/1/withdraw", data={"because": "Wrong client"}, content_type="application/json")
    assert (gone.json()["state"], gone.json()["withdrawn_because"]) == ("withdrawn", "Wrong client")
    assert publish(ask, "Published again").status_code == 202
    publishing.publish_waiting(at=NOW)
    assert ask("get", f"{PERIOD}/2").json()["reason"] == "Published again"


def test_nothing_is_published_that_was_not_shown_or_is_not_over(world: World, shelf: Path, ask: Any) -> None:
    stale = ask("post", f"{PERIOD}/publish", data={"shown": "0" * 64}, content_type="application/json")
    assert (stale.status_code, stale.json()["detail"][:11]) == (409, "The numbers")
    still_open = "/clients/acme/scorecards/2026-Q4"
    draft = ask("get", f"{still_open}/draft").json()
    refused = ask("post", f"{still_open}/publish", data={"shown": draft["shown"]}, content_type="application/json")
    assert (refused.status_code, refused.json()["blocks"]) == (409, draft["blocks"])
    assert ask("get", f"{still_open}/publishing").status_code == 404
