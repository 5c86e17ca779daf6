"""Findings come from the results by rule: numbers first, misses never hidden, no remedy made up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from keepscore.documents import sentences
from keepscore.documents.parts import Item
from keepscore.engine.results import Change, Group, Trend
from tests.documents import factory
from tests.documents.factory import availability, fact, scorecard, share


@pytest.mark.parametrize(("card", "finding"), [
    (factory.marlowe(), "Reliability and security is strong at 4.4. 3 of 9 targets were missed, furthest: "
                        "Requests closed in target time (84.7%, target 92%)."),
    (factory.all_met(), "Delivery against targets is strong at 4.8. Both targets were met."),
    (factory.no_records(), "Nothing could be scored in Q3 2026: no records."),
    (scorecard([]), "Nothing could be scored in Q3 2026: the contract names no measure."),
    (factory.open_period(), "Q3 2026 is not over. The one target is missed so far: Requests closed in target time (86.3%, target 92%)."),
], ids=["three misses", "all met", "no records", "no measures", "open period"])
def test_the_finding_says_what_is_strong_and_what_was_missed(card, finding):
    assert sentences.finding(card) == finding


def test_the_finding_tells_when_an_average_hides_a_bad_group():
    repeats = share("r", "Closed on time", kept=950, missed=50, target="92",
                    groups=(Group("priority", "P1", 10, 4, False), Group("priority", "P2", 940, 46, True)))
    assert sentences.finding(scorecard([repeats])) == (
        "Delivery against targets is strong at 4.4. The one target was met, but an average hides priority P1: 71.4% in Closed on time.")


def test_a_sub_area_shows_every_measure_with_its_target_and_count_missed_ones_first():
    calls = share("c", "Calls answered in 60 seconds", kept=5958, missed=954, target="90")
    faults = share("p", "Priority 1 restored in 4 hours", kept=27, missed=1, target="95")
    assert sentences.shows([faults, calls]) == (
        "1 of 2 targets met. Calls answered in 60 seconds: 86.2% of 6,912, target 90%. "
        "Priority 1 restored in 4 hours: 96.4% of 28, target 95%.", "")
    assert sentences.shows([calls]) == ("Calls answered in 60 seconds: 86.2%, target 90%.", "6,912 records")


def test_a_sub_area_without_data_says_why():
    few = share("f", "Changes without a fault", kept=7, missed=0, target="97")
    assert sentences.shows([few]) == ("Changes without a fault: too few records: 7 of 20.", "")
    assert sentences.shows([]) == ("No measure yet.", "")
    assert sentences.shows([fact("i", "Initiatives finished", k=3, n=5, sub_area="x")]) == ("Initiatives finished: 3 of 5.", "")


def test_misses_say_how_many_were_allowed_and_where_most_of_them_were():
    assert sentences.missed(list(factory.marlowe().measures)) == [
        Item("1,396 records missed,", "729 allowed: Requests closed in target time. 604 of them in site Leeds."),
        Item("89 records missed,", "51 allowed: Field visits on the agreed day."),
        Item("954 records missed,", "691 allowed: Calls answered in 60 seconds."),
    ]


def test_missed_availability_is_told_as_time_down():
    network = availability("n", "Network available", up=31449600, of=31536000, target="99.90")
    assert sentences.missed([network]) == [Item("24 h down,", "8 h 46 min allowed: Network available.")]


def test_too_few_records_are_neither_well_nor_missed():
    few = share("f", "Changes without a fault", kept=1, missed=6, target="97")
    assert (sentences.outcome(few), sentences.well([few]), sentences.missed([few])) == ("not judged", [], [])


def test_a_group_that_missed_under_a_met_target_is_pointed_out():
    assert sentences.hidden(list(factory.marlowe().measures)) == [
        Item("An average hides site Leeds:", "7.2%, 31 of 433 records missed; Repeat incidents as a whole met its target.")]


def test_what_became_better_is_said_with_the_success():
    assert Item("", "Fixed on first contact: 4,918 of 6,849 records kept, target 65%. Better than in Q2 2026.") in sentences.well(
        list(factory.marlowe().measures))


def test_a_change_that_could_be_chance_is_called_no_clear_change():
    requests = next(m for m in factory.marlowe().measures if m.key == "requests")
    assert sentences.change(requests) == (
        "Worse against Q2 2026, when it was 88.1%.", "No clear change against Q3 2025, when it was 85.0%.")


def test_other_kinds_show_the_difference_without_a_verdict():
    network = replace(availability("n", "Network", up=9990, of=10000, target="99.90"),
                      trend=Trend(Change("2026-Q2", Fraction(9995, 10000), Fraction(-5, 10000), None), None))
    assert sentences.change(network) == ("\u22120.05 points against Q2 2026, when it was 99.95%.",)


def test_facts_differ_by_points_whatever_they_count():
    goals = replace(fact("g", "Goals on track", k=6, n=8, sub_area="x"), unit="goals",
                    trend=Trend(Change("2026-Q2", Fraction(5, 8), Fraction(1, 8), None), None))
    assert sentences.change(goals) == ("+12.5 points against Q2 2026, when it was 62.5%.",)


def test_volume_above_plan_is_said_without_undoing_the_miss():
    assert sentences.volume(factory.marlowe()) == (
        "Requests closed in target time: work was 29% above plan: 93.0% inside the planned volume, 56.1% beyond it. "
        "Volume explains the miss; the contract result stands.")
    assert sentences.volume(factory.all_met()) == ""


def test_coverage_is_said_wherever_it_is_below_100_percent():
    assert sentences.coverage(factory.marlowe()) == "Coverage 77% of the weight: 2 of 9 sub-areas had nothing to score."
    assert sentences.coverage(factory.worst_case()) == ""
