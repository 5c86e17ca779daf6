"""Who needs you this week: the rule, case by case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from keepscore.portfolio.needs import Standing, Warned, Why, reasons

TODAY = date(2026, 10, 13)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


#  what is known                                                     why it needs somebody
CASES: list[tuple[dict[str, Any], list[Why]]] = [
    ({}, []),
    ({"grade": "A", "tenths": 46, "tenths_before": 48, "missed": 0, "missed_before": 0}, []),
    ({"warned": (Warned("Calls", used_up=True),)},                      [Why.USED_UP]),
    ({"warned": (Warned("Calls", runs_out=days(14)),)},                 [Why.RUNS_OUT]),
    ({"warned": (Warned("Calls", runs_out=days(15)),)},                 []),
    ({"warned": (Warned("Calls"),)},                                    []),
    ({"grade": "C", "tenths": 25},                                      []),
    ({"grade": "D", "tenths": 24},                                      [Why.LOW_GRADE]),
    ({"grade": "F", "tenths": 11},                                      [Why.LOW_GRADE]),
    ({"grade": "", "tenths": 11},                                       []),
    ({"tenths": 37, "tenths_before": 40},                               [Why.FELL]),
    ({"tenths": 38, "tenths_before": 40},                               []),
    ({"tenths": 37, "tenths_before": None},                             []),
    ({"tenths": None, "tenths_before": 40},                             []),
    ({"missed": 3, "missed_before": 2},                                 [Why.MORE_MISSED]),
    ({"missed": 3, "missed_before": 3},                                 []),
    ({"missed": 2, "missed_before": 3},                                 []),
    ({"missed": 3, "missed_before": None},                              []),
    ({"notice": days(0)},                                               [Why.NOTICE]),
    ({"notice": days(30)},                                              [Why.NOTICE]),
    ({"notice": days(31)},                                              []),
    ({"notice": days(-1)},                                              []),
    ({"grade": "F", "tenths": 12, "tenths_before": 20, "missed": 4, "missed_before": 1, "notice": days(3),
      "warned": (Warned("Calls", used_up=True), Warned("Visits", runs_out=days(1)))},
     [Why.USED_UP, Why.RUNS_OUT, Why.LOW_GRADE, Why.FELL, Why.MORE_MISSED, Why.NOTICE]),
]  # fmt: skip


@pytest.mark.parametrize(("known", "why"), CASES)
def test_a_client_needs_you_for_these_reasons_in_this_order(known: dict[str, Any], why: list[Why]) -> None:
    assert [reason.why for reason in reasons(Standing("Quillon", **known), today=TODAY)] == why


def test_each_reason_is_said_with_its_number() -> None:
    everything = Standing(
        "Quillon", grade="D", tenths=23, tenths_before=29, missed=3, missed_before=2, notice=days(12),
        warned=(Warned("Calls", used_up=True), Warned("Visits", runs_out=days(7))),
    )  # fmt: skip
    assert [(reason.short, reason.says) for reason in reasons(everything, today=TODAY)] == [
        ("allowed misses used up", "Quillon will probably miss a target: Calls."),
        ("allowed misses run out about 20 Oct", "Quillon runs out of allowed misses about 20 Oct: Visits."),
        ("grade D", "Quillon is graded D at 2.3."),
        ("fell by 0.6", "Quillon fell by 0.6 to 2.3."),
        ("3 targets missed, was 2", "Quillon missed 3 targets, up from 2."),
        ("notice date in 12 days", "The notice date of Quillon is 25 Oct, in 12 days."),
    ]


def test_several_used_up_targets_are_counted() -> None:
    many = Standing("100% Wool", warned=(Warned("Calls", used_up=True), Warned("Visits", used_up=True)))
    (reason,) = reasons(many, today=TODAY)
    assert (reason.short, reason.says) == ("allowed misses of 2 targets used up", "100% Wool will probably miss 2 targets.")
