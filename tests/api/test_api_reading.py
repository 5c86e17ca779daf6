"""What a token that may read gets of each room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keepscore.contracts.models import Contract
from keepscore.engine.contract import definition_json, loads_contract
from keepscore.scores.models import Score
from tests.world import World


@pytest.fixture
def ask(world: World, secret_of: Any, program: Any) -> Any:
    return program(secret_of(world.dan, "read"))


def test_clients_are_listed_and_read_by_their_slug(world: World, ask: Any) -> None:
    acme = {
        "slug": "acme", "key": "acme", "name": "Acme Bakeries", "cadence": "quarter", "lead": "Dana Northgate",
        "created_at": "2026-10-13T08:30:00Z", "archived_at": None,
    }  # fmt: skip
    listed = ask("get", "/clients").json()
    assert (listed["items"][0], [row["key"] for row in listed["items"]], listed["next"]) == (acme, ["acme", "birch"], None)
    assert ask("get", "/clients/acme").json() == acme


def test_a_contract_is_read_as_text_and_as_terms(world: World, ask: Any) -> None:
    contract = Contract.objects.get(client=world.acme)
    answer = ask("get", "/clients/acme/contracts/main")
    assert answer["ETag"] == f'"1-{contract.digest}"'
    assert answer.json() == {
        "client": "acme", "key": "main", "digest": contract.digest, "revision": 1, "ends": "2027-03-31", "notice": "2026-12-31",
        "saved_at": "2026-10-13T08:30:00Z", "text": contract.text, "terms": definition_json(loads_contract(contract.text, name="main")),
    }  # fmt: skip
    short = {key: value for key, value in answer.json().items() if key not in ("text", "terms")}
    assert ask("get", "/clients/acme/contracts").json() == [short]


def test_scores_come_newest_first_and_whole_ones_by_period(world: World, ask: Any) -> None:
    periods = [row["period"] for row in ask("get", "/scores?client=acme").json()["items"]]
    assert periods == sorted(periods, reverse=True)
    assert [row["client"] for row in ask("get", "/scores?period=2026-Q3").json()["items"]] == ["birch", "acme"]
    score = Score.objects.get(client=world.acme, period="2026-Q3")
    whole = ask("get", "/clients/acme/scores/2026-Q3").json()
    assert whole["scorecard"] == score.result
    assert (whole["tenths"], whole["ref"], whole["contract"], whole["is_over"]) == (score.tenths, "2026-Q3", "main", True)


def test_measures_and_the_records_behind_them_are_listed(world: World, ask: Any) -> None:
    measures = {row["key"]: row for row in ask("get", "/clients/acme/scores/2026-Q3/measures").json()}
    assert set(measures) == {"on-time", "quick-half"}
    missed = ask("get", "/clients/acme/scores/2026-Q3/records?measure=on-time&outcome=missed").json()
    assert (len(missed["items"]), missed["next"]) == (measures["on-time"]["missed"], None)
    assert {row["outcome"] for row in missed["items"]} == {"missed"}
    assert missed["items"][0]["over"] >= missed["items"][-1]["over"]
    assert ask("get", "/clients/acme/scores/2026-Q3/records?measure=none").status_code == 404


def test_a_record_is_found_by_its_beginning_and_read_with_its_history(world: World, ask: Any) -> None:
    found = ask("get", "/records?reference=A-0001").json()["items"]
    assert found == [{"source": "desk", "reference": "A-0001", "client": "acme", "opened_at": found[0]["opened_at"]}]
    whole = ask("get", "/records/desk/A-0001").json()
    assert (whole["source"], whole["reference"], whole["client"], whole["pauses"]) == ("desk", "A-0001", "acme", [])
    assert len(whole["states"]) == 1
    assert (whole["columns"]["priority"], whole["columns"]["site"], whole["columns"]["opened_at"]) == ("P2", "York", found[0]["opened_at"])
    assert ask("get", "/records/desk/none/such").status_code == 404


def test_warnings_are_listed_and_filtered(world: World, ask: Any) -> None:
    every = ask("get", "/warnings?client=acme").json()["items"]
    current = ask("get", "/warnings?client=acme&current=true").json()["items"]
    assert current == [row for row in every if row["is_current"]]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/clients/none", 404), ("/clients/acme/contracts/none", 404), ("/clients/acme/scores/1999-Q1", 404), ("/scores?client=none", 404),
        ("/clients/acme/scorecards/2026-Q3/1", 404), ("/nowhere", 404), ("/clients?limit=201", 422), ("/clients?cursor=x", 422),
        ("/clients?cursor=%00", 422), ("/clients/a%00b", 422), ("/records", 422),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem(world: World, ask: Any, path: str, status: int) -> None:
    answer = ask("get", path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert set(answer.json()) >= {"title", "status", "detail"}


def test_a_wrong_method_and_a_large_body_are_problems_too(world: World, ask: Any) -> None:
    wrong = ask("delete", "/clients")
    assert (wrong.status_code, wrong["Allow"], wrong["Content-Type"]) == (405, "GET", "application/problem+json")
    large = ask("put", "/clients/acme/contracts/main", data=b"x" * 3_000_000, content_type="application/yaml")
    assert (large.status_code, large["Content-Type"]) == (413, "application/problem+json")


def test_a_store_that_cannot_be_read_is_said(world: World, ask: Any, own_store: Path) -> None:
    for log in own_store.glob("*/_delta_log/*.json"):
        log.write_text("no log")
    for path in ("/records/desk/A-0001", "/records?reference=A-0001"):
        answer = ask("get", path)
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
