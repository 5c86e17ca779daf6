"""Charts of the application: what each mark means, and that each can be read without seeing it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from keepscore.documents import charts_misses as misses
from keepscore.documents import charts_rows as rows
from keepscore.documents import charts_weeks as weeks
from keepscore.documents import geometry, svg

START, END = date(2026, 7, 1), date(2026, 10, 1)


def budget(*, forecast: misses.Forecast | None = None, readings: tuple[float, ...] = (1.0, 0.5, -0.5)) -> misses.AllowedMisses:
    read = tuple(misses.Left(START + timedelta(days=30 * place), share) for place, share in enumerate(readings))
    warned = misses.Warned(date(2026, 7, 16), 0.75, date(2026, 8, 27), "16 Jul: early warning")
    span = misses.Span("Q3, final", START, END, read, label="last", warnings=(warned,), ran_out=date(2026, 8, 15),
                       ran_out_label="15 Aug: used up", forecast=forecast)
    return misses.AllowedMisses((span,), ((START, "Jul"), (date(2026, 8, 1), "Aug")), "Allowed misses left")


def fan() -> misses.Forecast:
    last = date(2026, 8, 30)
    return misses.Forecast(*((misses.Left(last, 0.4), misses.Left(END, at)) for at in (-0.2, -0.5, 0.1)), date(2026, 9, 20), "about 20 Sep")


def every_chart(palette: svg.Palette) -> dict[str, str]:
    week = (weeks.OpenDay("Mon", ((420, 1140),)), weeks.OpenDay("Sun", ()))
    work = weeks.Scatter((weeks.Week(100, 92.0, False), weeks.Week(140, 70.0, True)), 90.0, 110.0, "Weeks by volume", "%")
    return {
        "gap": rows.gap(42, 26, says="Our score 4.2, their rating 2.6", palette=palette),
        "score trend": rows.score_trend((33, None, 35, 37), good_from=35, says="3.3, none, 3.5, 3.7", palette=palette),
        "own trend": rows.own_trend((90.1, None, 84.7), says="90.1, none, 84.7", palette=palette),
        "bullet": rows.target_bullet(0.3, "missed", says="84.7%, target 92%, missed", credit_at=0.5, palette=palette),
        "bullet, too few": rows.target_bullet(0.7, "not judged", says="7 of 20", palette=palette),
        "bullet, none": rows.target_bullet(None, "not judged", says="no records", palette=palette),
        "bar": rows.bar(0.5, says="half", palette=palette), "progress": rows.progress(0.7, says="70%", palette=palette),
        "ladder": rows.ladder(2, says="level 2 of 4", palette=palette),
        "misses": misses.allowed_misses(budget(forecast=fan()), palette=palette),
        "scatter": weeks.week_scatter(work, palette=palette), "week": weeks.open_week(week, says="Open hours", palette=palette),
    }


@pytest.mark.parametrize("palette", [svg.SCREEN, svg.PRINT], ids=["screen", "paper"])
def test_every_chart_says_its_sentence_and_carries_no_style_or_script(palette):
    for name, drawn in every_chart(palette).items():
        root = ET.fromstring(drawn)
        assert (root.get("role"), bool(root.get("aria-label"))) == ("img", True), name
        found = {attribute for element in root.iter() for attribute in element.attrib}
        assert not {one for one in found if one == "style" or one.startswith("on")}, name


def test_on_paper_every_colour_is_fixed():
    for name, drawn in every_chart(svg.PRINT).items():
        assert re.sub(r'^<svg class="[a-z-]+"', "<svg", drawn).count("class=") == 0, name


def test_a_chart_whose_number_stands_beside_it_is_hidden_from_who_hears_the_page():
    assert 'aria-hidden="true"' in rows.over_by(0.4)


@pytest.mark.parametrize(("ours", "theirs", "marks"), [
    (42, 26, {"diamond", "disc", "heavy red line"}),
    (42, 33, {"diamond", "disc", "line"}),
    (37, 35, {"diamond", "disc"}),
    (32, 39, {"diamond", "disc", "line"}),
    (25, 45, {"diamond", "disc", "line"}),
    (41, None, {"disc"}),
    (None, 41, {"diamond"}),
    (None, None, set()),
])
def test_the_gap_is_red_only_where_the_client_is_a_whole_point_lower(ours, theirs, marks):
    drawn = rows.gap(ours, theirs, says="x")
    found = {"diamond": "s-client", "disc": "f-ours", "heavy red line": "s-bad", "line": "s-quiet"}
    assert {name for name, mark in found.items() if mark in drawn} == marks


def test_a_line_on_its_own_scale_fills_its_height_and_a_level_one_lies_in_the_middle():
    assert geometry.own_scale((10.0, None, 20.0)) == ((0.0, 0.0), (1.0, 1.0))
    assert geometry.own_scale((7.0, 7.0)) == ((0.0, 0.5), (1.0, 0.5))
    assert geometry.own_scale((None,)) == ()
    assert geometry.own_scale((3.0,)) == ((1.0, 0.5),)


def test_a_line_is_cut_where_it_crosses_zero():
    assert geometry.parted_at_zero(((0, 1.0), (10, 0.5), (20, -0.5), (30, 0.5))) == (
        (((0, 1.0), (10, 0.5), (15.0, 0.0)), False), (((15.0, 0.0), (20, -0.5), (25.0, 0.0)), True), (((25.0, 0.0), (30, 0.5)), False))


@pytest.mark.parametrize(("low", "high", "ticks"), [
    (-0.91, 1.0, (-1.0, -0.5, 0.0, 0.5, 1.0)), (-3.2, 1.0, (-4.0, -2.0, 0.0, 2.0)), (0.0, 3120.0, (0.0, 1000.0, 2000.0, 3000.0, 4000.0)),
    (84.7, 92.0, (84.0, 86.0, 88.0, 90.0, 92.0)), (5.0, 5.0, (5.0,)),
])
def test_an_axis_has_round_figures_that_enclose_what_is_drawn(low, high, ticks):
    assert geometry.ticks(low, high) == ticks


def test_what_happened_is_solid_and_red_below_zero():
    drawn = misses.allowed_misses(budget())
    lines = re.findall(r'<polyline points="([^"]+)" fill="none" class="(s-actual|s-bad)"[^>]*?( stroke-dasharray="5 4")?/>', drawn)
    assert [(role, bool(dashed)) for _, role, dashed in lines] == [("s-actual", False), ("s-bad", False)]
    assert lines[0][0].split()[-1] == lines[1][0].split()[0]


def test_a_forecast_is_dashed_with_a_hatched_range_and_its_day_is_an_amber_ring():
    drawn = misses.allowed_misses(budget(forecast=fan(), readings=(1.0, 0.7, 0.4)))
    assert (drawn.count("<pattern "), drawn.count("url(#hatch-"), drawn.count('class="f-surface s-warn"')) == (1, 1, 2)
    assert drawn.count('stroke-dasharray="5 4"') == 3      # what a past warning named; the forecast above zero and below


def test_two_charts_on_a_page_do_not_share_a_pattern():
    patterns = re.findall(r'id="([^"]+)"', misses.allowed_misses(budget(forecast=fan())) + misses.allowed_misses(
        budget(forecast=fan()), width=358, height=280))
    assert len(patterns) == len(set(patterns)) == 2


def test_on_a_phone_the_words_stand_beside_the_chart_not_in_it():
    words = re.findall(r"<text[^>]*>([^<]+)</text>", misses.allowed_misses(budget(), width=358, labels=False))
    assert words == ["\u221250", "0", "50", "100%", "Jul", "Aug", "Q3, final"]


def test_labels_of_marks_that_are_close_do_not_cover_each_other():
    data = budget(readings=(1.0, 0.9, 0.2))
    placed = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*class="t-label f-(?:warn|bad|ink)"[^>]*>', misses.allowed_misses(data))
    assert len({y for _, y in placed}) == len(placed)


def test_weeks_that_missed_are_open_dots():
    drawn = every_chart(svg.SCREEN)["scatter"]
    assert (drawn.count("f-surface s-bad"), drawn.count("<circle")) == (1, 2)


def test_a_calendar_shows_each_day_from_midnight_to_midnight():
    drawn = weeks.open_week((weeks.OpenDay("Mon", ((0, 1440),)), weeks.OpenDay("Tue", ((540, 720), (780, 1020))), weeks.OpenDay("Wed", ())),
                            says="Open hours")
    assert drawn.count('class="f-actual"') == 3
    assert re.findall(r"<text[^>]*>([^<]+)</text>", drawn) == ["0", "6", "12", "18", "24", "Mon", "Tue", "Wed"]


def test_names_are_escaped():
    drawn = weeks.open_week((weeks.OpenDay("<b>&", ()),), says='"<x>')
    assert ET.fromstring(drawn).get("aria-label") == '"<x>'
