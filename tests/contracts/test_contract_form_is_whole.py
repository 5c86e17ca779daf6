"""Everything that the engine's contract model knows can be changed in the form, or is named here with the reason why not."""

from __future__ import annotations

import re
from random import Random
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from keepscore.contracts.sheet import Sheet
from keepscore.contracts.slots import NONE, Slot
from keepscore.contracts.terms_form import TermsForm
from keepscore.contracts.writing import ContractFile
from keepscore.engine.contract import ContractError, Fault, definition_json, loads_contract
from keepscore.engine.contract.model import Contract

NOT_IN_THE_FORM = {
    "keepscore": "the version of the file's form; there is only one",
    "contract": "a contract keeps its key: another key is another contract",
    "client.key": "the contract of a client names that client and no other",
    "clients[].key": "a contract that is kept for a client names this client alone; lists are for the command line",
    "clients[].name": "as clients[].key",
    "clients[].timezone": "as clients[].key",
    "every.timezone": "as clients[].key",
    "sample": "marks the invented data of the demonstration, whose contracts nobody signs",
}
WHOLE = """\
keepscore: 1
vendor: Northgate     # as on the letterhead
client: {key: acme, name: Acme, timezone: Europe/London}
currency: GBP
ends: 2030-03-31
notice: 2029-12-31
year_starts: 4
versions:
  - from: 2027-01-01
    fee: {amount: 9000, per: month}
    credits: {at_risk: 12%, cap: 10%}
    calendars:
      office:
        timezone: Europe/London
        hours: {mon-fri: "09:00-17:00"}
        holidays: {country: GB, subdivision: ENG}
        overrides: {2027-12-24: "08:00-12:00", 2027-08-31: closed}
      night:
        timezone: UTC
        hours: {sat: "22:00-02:00"}
        holidays: [2027-12-24, 2027-12-31]
    priorities: [P1, P2, P3]
    functions:
      - {key: desk, name: Desk, calendar: office, planned: {volume: 60, effort_hours: 30, per: quarter}}
      - {key: yard, name: Yard, planned: [{volume: 1, per: month}, {volume: 2, per: month, from: 2027-07-01}]}
    measures:
      - key: on-time
        name: On time
        sub_area: delivery
        count: {function: desk, where: "kind = 'request'", scope: all}
        kept_when: {within: {P1: 4h, default: 16h}, by: priority, from: opened_at, to: due_at, calendar: office, pauses: [vendor]}
        leave_out: [{where: "site = 'Closed'", reason: Closed}]
        counted_by: resolved
        target: {at_least: 90%}
        curve: {5: 100%, 4: 90%, 1: 50%}    # as in schedule 3
        weight: 2
        critical: true
        groups: [priority, site]
        credit: {allocation: 40%, tiers: [{below: 90%, pays: 50%}, {below: 80%, pays: 100%}], earn_back: {quarters: 2, at_least: 94%}}
      - {key: promised, name: Promised, sub_area: delivery, kept_when: "resolved_at <= due_at", target: {at_least: 95%}}
      - key: quick
        name: Quick
        sub_area: delivery
        value: {percentile: 90, of: elapsed, from: opened_at, to: due_at, calendar: office, pauses: [client, third party]}
        target: {at_most: 6h}
      - {key: size, name: Size, sub_area: delivery, value: {mean: true, of: minutes}, target: {between: [30, 40]}, curve: {5: 0, 1: 9}}
      - key: network
        name: Network
        sub_area: delivery
        availability: {component: wan, planned: counted, calendar: night}
        target: {at_least: 99%}
      - {key: licences, name: Licences, sub_area: delivery, reported: {unit: "%", take: mean}, target: {at_least: 85%}}
      - {key: goals, name: Goals, sub_area: delivery, fact: {unit: goals}}
    scorecard:
      areas:
        - {key: team, name: Team, weight: 2, sub_areas: [{key: delivery, name: Delivery, weight: 3}]}
      grades: {A: 4.6, B: 3.6, C: 2.6, D: 1.6, F: 1}
      enough_data: {coverage: 40%, records: 10}
      ceilings: {critical_missed: 2.2, fewer_met_than_missed: 3.2}
"""  # fmt: skip


def sheet(text: str = WHOLE) -> Sheet:
    return Sheet(ContractFile(text), 0)


def places_of_the_model(annotation: Any = Contract, place: str = "") -> set[str]:
    """Every field that holds a value, by its place: versions[].measures[].target.at_least."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = [(field.alias or name, field.annotation) for name, field in annotation.model_fields.items()]
        return {found for key, kind in fields for found in places_of_the_model(kind, f"{place}.{key}" if place else key)}
    if origin is Annotated:
        return places_of_the_model(inner[0], place)
    if origin is dict:      # of values whose keys only the calendar's own reader knows, the whole counts as one
        return {place} if inner == (str, Any) else places_of_the_model(inner[1], f"{place}{{}}")
    if origin is tuple:
        below = places_of_the_model(inner[0], f"{place}[]")
        return {place} if below == {f"{place}[]"} else below
    if origin in (Union, UnionType):
        return {found for arg in inner if arg is not NoneType for found in places_of_the_model(arg, place)}
    return {place}


def place(slot: Slot) -> str:
    """A slot's place in any contract: without numbers and free keys, a single plan as a list of one."""
    found = re.sub(r"\[\d+\]", "[]", slot.place).replace("between[]", "between").replace(".planned.", ".planned[].")
    return re.sub(r"(calendars|overrides|within|curve)\.[^.]*", r"\1{}", found)


def test_every_field_of_the_model_is_in_the_form_or_named_with_a_reason() -> None:
    known, shown = places_of_the_model(), {place(slot) for slot in sheet().slots}
    assert {"versions[].measures[].kept_when", "versions[].measures[].kept_when.within{}", "versions[].measures[].curve{}",
            "versions[].measures[].credit.tiers[].below", "versions[].calendars{}.holidays", "currency"} <= known  # fmt: skip
    assert shown - known == {"versions[].calendars{}.holidays.country", "versions[].calendars{}.holidays.subdivision"}
    assert known - shown == set(NOT_IN_THE_FORM)


def test_a_whole_contract_comes_back_as_it_went() -> None:
    assert sheet().apply({slot.name: slot.value for slot in sheet().slots}) == WHOLE


BARE = """\
keepscore: 1
client: {key: acme, name: A, timezone: UTC}
versions:
  - from: 2026-01-01
    calendars:
      office: {timezone: UTC, hours: {mon: "09:00-10:00"}}
      night: {timezone: UTC, hours: {mon: "09:00-10:00"}, holidays: [2026-01-01]}
    functions: [{key: a, name: A}, {key: b, name: B}]
    measures:
      - {key: a, name: A, sub_area: x, kept_when: {within: {default: 1h}}}
      - {key: b, name: B, sub_area: x, kept_when: "priority = 'P1'"}
      - {key: c, name: C, sub_area: x, value: {percentile: 50}}
      - {key: d, name: D, sub_area: x, value: {percentile: 50}}
      - {key: e, name: E, sub_area: x, availability: {component: x}}
      - {key: f, name: F, sub_area: x, reported: {}}
      - {key: g, name: G, sub_area: x, fact: {}}
    scorecard: {areas: [{key: x, name: X, sub_areas: [{key: x, name: X}]}]}
"""


def same_place(slot: Slot) -> str:
    """By name where several fields stand at one place, else by place, since a target at most has no name of its own."""
    return slot.name if slot.form in ("hours", "key", "item") else slot.place.replace("planned.", "planned[0].")


def test_everything_a_contract_says_can_be_typed_into_a_bare_one() -> None:
    wanted, text = {same_place(slot): slot.value for slot in sheet().slots}, BARE
    for _round in range(4):     # a list offers one free row at a time
        form = sheet(text)
        text = form.apply({slot.name: wanted[same_place(slot)] for slot in form.slots if same_place(slot) in wanted})
    assert definition_json(loads_contract(text)) == definition_json(loads_contract(WHOLE))


def test_every_field_can_be_emptied_and_a_hollow_place_goes_with_the_last() -> None:
    emptied = sheet().apply({slot.name: NONE if "pauses" in slot.name else "" for slot in sheet().slots})
    version = ContractFile(emptied).get(("versions", 0))
    assert [key for key in version if key not in ("measures", "functions", "calendars")] == []
    assert [list(measure) for measure in version["measures"]] == [
        ["kept_when"], [], ["value"], ["value"], ["availability"], ["reported"], ["fact"]
    ]  # fmt: skip


def test_comments_stay_where_a_point_of_a_curve_is_moved_and_another_is_added() -> None:
    text = sheet().apply({"m0-curve1-key": "4.5", "m0-curve3-key": "2", "m0-curve3": "60%"})
    assert text == WHOLE.replace("curve: {5: 100%, 4: 90%, 1: 50%}    # as", "curve: {5: 100%, 4.5: 90%, 1: 50%, 2: 60%} # as")


def test_two_points_of_one_score_are_both_kept_for_the_engine_to_refuse() -> None:
    text = sheet().apply({"m0-curve1-key": "5"})
    assert "curve: {5: 100%, \"5?\": 90%, 1: 50%}" in text
    form = TermsForm(sheet(text), faults(text), page="measure-0")
    assert [(stop.field_id, stop.page) for stop in form.stops] == [("id_m0-curve1-key", "")]


def test_a_single_limit_becomes_that_of_all_other_values() -> None:
    text = sheet(WHOLE.replace("within: {P1: 4h, default: 16h}, by: priority", "within: 16h")).apply(
        {"m0-by": "priority", "m0-other-key": "P1", "m0-other": "4h"})
    assert definition_json(loads_contract(text)) == definition_json(loads_contract(WHOLE))


def faults(text: str) -> tuple[Fault, ...]:
    try:
        loads_contract(text)
    except ContractError as error:
        return error.faults
    return ()


def test_a_fault_stands_at_its_field_on_whichever_page_that_is() -> None:
    typed = {"m0-tier0-pays": "half", "coverage": "lots", "m4-calendar": "gone", "c0-other0": "at noon", "priorities": 'P1, "P2, P3", P1'}
    text = sheet().apply(typed)
    (field,) = (stop for stop in TermsForm(sheet(text), faults(text), page="measure-0").stops if not stop.page)
    assert (field.field_id, field.text) == ("id_m0-tier0-pays", "On time, it pays: Write a percent such as 92%")
    elsewhere = {stop.field_id: stop.page for stop in TermsForm(sheet(text), faults(text), page="measure-0").stops if stop.page}
    assert elsewhere == {"id_coverage": "scorecard", "id_m4-calendar": "measure-4", "id_c0-other0-key": "terms"}


ODD = ("word", ["a", "list"], {"a": "map"}, None, [], {}, [{"a": ["b"]}])


@pytest.mark.parametrize("seed", range(6))
def test_no_odd_text_breaks_the_form(seed: int) -> None:
    """Whatever stands at some places, every field can be filled in around it."""
    chance, file = Random(seed), ContractFile(WHOLE)
    paths = sorted({slot.path[:n] for slot in sheet().slots for n in range(3, len(slot.path) + 1)}, key=str)
    for path in chance.sample(paths, 40):
        if isinstance(file.get(path[:-1]), dict) and path[-1] in file.get(path[:-1]):
            file.get(path[:-1])[path[-1]] = chance.choice(ODD)
    form = Sheet(ContractFile(file.text()), 0)
    again = Sheet(ContractFile(form.apply({slot.name: slot.value or "x" for slot in form.slots})), 0)
    assert {slot.name for slot in again.slots} >= {"fee", "at-risk", "coverage"}
