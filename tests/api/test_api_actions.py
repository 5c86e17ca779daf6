"""Demonstrated actions read and written by a program, by the page's own rules."""

from __future__ import annotations

from typing import Any

import pytest

from keepscore.scorecards import operations
from keepscore.scorecards.models import Action
from keepscore.users.models import AuditEntry
from tests.world import NOW, World

ACTIONS = "/clients/acme/scorecards/2026-Q3/actions"
DELIVERY, ANSWERS = "delivery-against-targets", "response-and-communication"


@pytest.fixture
def ask(world: World, secret_of: Any, program: Any) -> Any:
    return program(secret_of(world.lee, "publish", clients=[world.acme]))


def put(ask: Any, texts: dict[str, str], *, tag: str = "") -> Any:
    more = {"headers": {"if-match": tag}} if tag else {}
    return ask("put", ACTIONS, data={"texts": texts}, content_type="application/json", **more)


def texts_of(answer: Any) -> dict[str, str]:
    return {row["sub_area"]: row["text"] for row in answer.json() if row["text"]}


def test_actions_are_written_whole_with_their_figures_filled_in(world: World, ask: Any) -> None:
    empty = ask("get", ACTIONS)
    assert (empty.status_code, texts_of(empty), len(empty.json())) == (200, {}, 9)
    first = put(ask, {DELIVERY: "Closed  {on-time.kept} in time."}, tag=empty["ETag"])
    row = next(row for row in first.json() if row["sub_area"] == DELIVERY)
    kept = world.acme.scores.get(period="2026-Q3").measures.get(key="on-time").kept
    assert row == {
        "sub_area": DELIVERY, "name": row["name"], "text": "Closed {on-time.kept} in time.", "shown": f"Closed {kept} in time.",
    }  # fmt: skip
    second = put(ask, {ANSWERS: "Answered sooner."}, tag=first["ETag"])
    assert (second.status_code, texts_of(second)) == (200, {ANSWERS: "Answered sooner."})
    assert (texts_of(ask("get", ACTIONS)), ask("get", ACTIONS)["ETag"]) == (texts_of(second), second["ETag"])
    entry = AuditEntry.objects.filter(action="scorecard.actions-written").latest("pk")
    assert (entry.by, entry.detail["texts"]) == ("nightly (Lee Northgate's token)", {DELIVERY: "", ANSWERS: "Answered sooner."})


def test_actions_are_not_written_over_some_that_were_not_seen(world: World, ask: Any) -> None:
    tag = ask("get", ACTIONS)["ETag"]
    assert put(ask, {DELIVERY: "Mine."}).status_code == 428
    written = {DELIVERY: operations.Written("Theirs.")}
    contract = world.acme.contracts.get()
    operations.write_actions(contract=contract, period="2026-Q3", texts=written, by=world.dana, at=NOW)
    for stale in (tag, "nonsense"):
        answer = put(ask, {DELIVERY: "Mine."}, tag=stale)
        assert (answer.status_code, answer.json()["detail"][:8]) == (409, "Somebody")
    assert list(Action.objects.values_list("text", flat=True)) == ["Theirs."]


def test_what_the_page_does_not_take_is_refused_by_sub_area(world: World, ask: Any) -> None:
    tag = ask("get", ACTIONS)["ETag"]
    wrong = put(ask, {DELIVERY: "{no.such} figure", ANSWERS: "x" * 601, "unknown": "Text"}, tag=tag)
    assert (wrong.status_code, sorted(error["where"] for error in wrong.json()["errors"])) == (422, [DELIVERY, ANSWERS, "unknown"])
    told = {error["where"]: error["expected"] for error in wrong.json()["errors"]}
    assert told[DELIVERY] == "{no.such} is not a figure of this contract. Choose one of the list."
    assert told[ANSWERS] == "At most 600 letters, not 601."
    assert (Action.objects.count(), ask("get", "/clients/acme/scorecards/1999-Q1/actions").status_code) == (0, 404)


def test_who_may_not_publish_writes_nothing(world: World, secret_of: Any, program: Any) -> None:
    tag = program(secret_of(world.lee, "publish"))("get", ACTIONS)["ETag"]
    answers = [put(program(secret_of(world.lee, scope)), {DELIVERY: "Text"}, tag=tag) for scope in ("read", "contracts")]
    answers.append(put(program(secret_of(world.lee, "publish", clients=[world.birch])), {DELIVERY: "Text"}, tag=tag))
    assert ([answer.status_code for answer in answers], Action.objects.count()) == ([403, 403, 404], 0)
