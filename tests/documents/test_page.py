"""The page holds finished words; the sheet is cut to one page and says what was cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from keepscore.documents import fit
from keepscore.documents.scorecard import Item, Notes, Published, notes_for, page
from keepscore.engine.contract.model import Contract, Grades
from tests.documents import factory

DIGEST = "2952c8c05a60d6628bb9b2f32362c9226997c68b355ee08bf0ba328e248fb2da"
FROZEN = Published(datetime(2026, 10, 13, 8, 12, tzinfo=UTC), DIGEST, address="https://score.northgate.example/p/7QK4-M2XD")
CARDS = [factory.marlowe, factory.all_met, factory.no_records, factory.open_period, factory.worst_case, factory.crowded]


def test_the_head_says_period_sample_and_draft():
    shown = page(factory.marlowe())
    assert (shown.eyebrow, shown.client, shown.title, shown.draft) == (
        "Client scorecard, Q3 2026: 1 July to 30 September. Sample data. Draft, not frozen", "Marlowe Foods",
        "Marlowe Foods scorecard, Q3 2026", True)


def test_our_grade_stands_beside_a_rating_that_is_not_yet_there():
    shown = page(factory.marlowe())
    assert (shown.ours.grade, shown.ours.score, shown.ours.was, shown.ours.spark) == ("B", "3.5", "was 3.6", (33, 34, 34, None, 35, 36, 35))
    assert (shown.yours.grade, shown.yours.score) == ("", "not yet")
    assert {(row.you, row.reason) for area in shown.areas for row in area.rows} == {("not yet", "not yet")}


def test_the_same_period_last_year_alone_draws_no_line():
    last_year = factory.scorecard(factory.all_met().measures, history=(factory.past("Q3 2025", 30),))
    assert (page(last_year).ours.spark, page(last_year).ours.was) == ((), "")


def test_under_half_the_weight_there_is_a_score_without_a_grade_and_the_reason():
    shown = page(factory.all_met())
    assert (shown.ours.grade, shown.ours.score, shown.ours.note) == (
        "", "4.7", "Not graded: coverage 22%, 50% is needed for a grade")


def test_a_published_page_shows_its_digest_and_how_to_verify_it():
    foot = page(factory.marlowe(), published=FROZEN, notes=Notes(Grades(), "Ruth Adeyemi, account lead")).footer
    assert (foot.verify, foot.digest, foot.command, foot.address) == (
        ("Frozen 13 October 2026, 08:12 UTC. Any change to a record changes this digest.",),
        ("2952c8c0 5a60d662 8bb9b2f3 2362c922", "6997c68b 355ee08b f0ba328e 248fb2da"),
        "keepscore verify BUNDLE", "https://score.northgate.example/p/7QK4-M2XD")
    assert (foot.plan, foot.vendor, foot.contact, foot.grades) == (
        "not yet", "Northgate", "Ruth Adeyemi, account lead", "A is 4.5 and up, B 3.5, C 2.5, D 1.5")


def test_a_draft_has_neither_digest_nor_code():
    foot = page(factory.marlowe()).footer
    assert (foot.digest, foot.command, foot.address) == ((), "", "")


def test_a_correction_says_so():
    assert page(factory.all_met(), published=Published(FROZEN.at, DIGEST, number=2)).eyebrow.endswith("30 September. Correction 2")


def test_grade_cut_offs_are_those_of_the_contract():
    assert page(factory.all_met(), notes=Notes(Grades(A=Decimal("4.75")))).footer.grades.startswith("A is 4.75 and up")


def test_without_the_contract_no_cut_off_is_claimed():
    shown = page(factory.marlowe())
    assert (shown.footer.grades, shown.ours.good_from) == ("", None)
    assert "Grades" not in dict(shown.full.made)


def test_cut_offs_are_taken_from_the_version_that_was_in_force():
    contract = Contract.model_validate({"keepscore": "1", "every": {"timezone": "Europe/London"}, "versions": [
        {"from": date(2026, 1, 1), "scorecard": {"grades": {"A": "4.8"}}}, {"from": date(2026, 10, 1)}]})
    assert notes_for(contract, factory.marlowe(), contact="Ruth Adeyemi") == Notes(Grades(A=Fraction("4.8")), "Ruth Adeyemi")


def test_missed_targets_stand_first_and_every_measure_with_a_target_is_there():
    shown = page(factory.marlowe())
    assert [(row.name, row.value, row.target, row.word) for row in shown.bullets] == [
        ("Requests closed in target time", "84.7%", "92%", "missed"),
        ("Field visits on the agreed day", "91.3%", "95%", "missed"),
        ("Calls answered in 60 seconds", "86.2%", "90%", "missed"),
        ("Priority 1 restored in 4 hours", "96.4%", "95%", "met"),
        ("Fixed on first contact", "71.8%", "65%", "met"),
        ("Network available", "99.95%", "99.90%", "met"),
        ("Critical patches in 7 days", "99.1%", "98%", "met"),
        ("Repeat incidents, at most", "3.1%", "4%", "met"),
        ("Nine in ten faults restored\u2026", "5 h 12 min", "6 h", "met"),
        ("Changes without a fault", "100.0%", "97%", "too few records: 7 of 20"),
    ]
    assert shown.bullets_more == ""


def test_what_does_not_fit_is_counted_in_a_pointer_and_whole_on_the_full_page():
    shown = page(factory.worst_case())
    cut = 20 - len(shown.bullets)
    assert all(row.outcome == "missed" for row in shown.bullets)
    assert shown.bullets_more == f"and {cut} more, {17 - len(shown.bullets)} of them missed, see the full page"
    assert shown.missed_more.startswith(f"and {17 - len(shown.missed)} more missed")
    assert len(shown.full.measures) == 20
    assert all(m.name.endswith(tuple("0123456789")) for m in shown.full.measures)


def test_more_sub_areas_than_rows_are_counted_in_a_pointer():
    shown = page(factory.crowded())
    rows = sum(len(area.rows) for area in shown.areas)
    assert shown.areas_more == f"and {30 - rows} more sub-areas, see the full page"
    assert sum(len(area.rows) for area in shown.full.areas) == 30


def test_warnings_are_shown_only_while_the_period_is_open():
    card = factory.open_period()
    assert page(card).warnings == (
        Item("Requests closed in target time:", "176 of about 192 allowed misses used; at this pace they run out about 24 Aug."),)
    assert page(factory.scorecard(card.measures, warnings=card.warnings)).warnings == ()


@pytest.mark.parametrize("card", CARDS, ids=lambda f: f.__name__)
def test_the_steps_from_five_add_up_exactly_to_what_is_shown(card):
    rows = page(card()).full.waterfall
    shown = [Decimal(row.amount.replace("\u2212", "-")) for row in rows]
    assert sum(shown[:-1], Decimal(0)) == (shown[-1] if rows else 0)


def test_the_full_page_accounts_for_every_record():
    requests = page(factory.marlowe()).full.measures[0]
    assert requests.facts == (("Records in", "9,200"), ("Left out", "46"), ("Kept", "7,727"), ("Missed", "1,396"), ("Open", "31"),
                              ("Cannot be judged", "5"), ("Allowed misses", "729"))
    assert requests.left_out == (("Site not yet handed over (clause 4.2)", "40"), ("cancelled before its limit passed", "6"))
    assert requests.unjudged == (("no priority", "5"),)
    assert requests.place == "Team Performance, Delivery against targets. Weight 2, critical. A record counts by its opening."


def test_the_longest_outage_is_a_duration():
    network = replace(factory.availability("n", "Network available", up=99900, of=100000, target="99.90"), longest=2297)
    assert page(factory.scorecard([network])).full.measures[0].facts == (
        ("Open time", "27 h 47 min"), ("Time up", "27 h 45 min"), ("Longest outage", "38 min 17 s"))


def test_work_stands_beside_its_plan_on_one_scale():
    desk, field = page(factory.marlowe()).full.functions
    assert (desk.volume, desk.planned, desk.difference, desk.effort, desk.planned_effort, desk.out_of_scope) == (
        "9,123", "7,072", "+29%", "4,562 h", "2,700 h", "214 records, 107 h")
    assert (desk.bar, field.difference) == (1.0, "\u22123%")


@pytest.mark.parametrize("text", ["", "one", "a b c " * 200, "x" * 500, "\u4e2d" * 90, "\u0436\u0443\u043a " * 80])
def test_a_cut_text_fits_and_says_that_it_was_cut(text):
    for most in (1, 2, 3):
        cut = fit.cut(text, 60, most=most)
        assert fit.lines(cut, 60) <= most
        assert cut == " ".join(text.split()) or cut.endswith("\u2026")
