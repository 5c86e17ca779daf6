"""Charts: right of the target is better, each says its sentence, none needs style or script."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from keepscore.documents import charts, geometry
from keepscore.documents.scorecard import page
from keepscore.engine.results import Ratio
from tests.documents import factory
from tests.documents.factory import availability, share, value


def _within(figure: int, target: int):
    return value("v", "Restored", figure=Fraction(figure), unit="s", at_most=Fraction(target), score="4")


@pytest.mark.parametrize(("measure", "at"), [
    (share("a", "exactly the target", kept=92, missed=8, target="92"), 0.62),
    (share("a", "perfect", kept=100, missed=0, target="92"), 1.0),
    (share("a", "allowance spent twice", kept=84, missed=16, target="92"), 0.24),
    (share("a", "far over", kept=0, missed=100, target="92"), 0.0),
    (share("a", "at most, exactly", kept=96, missed=4, target="4", at_most=True), 0.62),
    (share("a", "at most, none", kept=100, missed=0, target="4", at_most=True), 1.0),
    (availability("a", "all up", up=100, of=100, target="99.90"), 1.0),
    (_within(3600, 7200), 1.0),
    (_within(7200, 7200), 0.62),
    (share("a", "all must be kept", kept=100, missed=0, target="100", floor=1000), 0.62),
    (share("a", "no records", kept=0, missed=0, target="92"), None),
], ids=lambda v: v.name if hasattr(v, "name") else "")
def test_the_target_stands_at_62_percent_and_perfect_at_the_right_end(measure, at):
    assert geometry.bullet_at(measure) == (at if at is None else pytest.approx(at))


def test_a_met_target_is_never_drawn_left_of_the_line():
    for kept in range(0, 101):
        measure = share("a", "Requests", kept=kept, missed=100 - kept, target="92")
        assert (geometry.bullet_at(measure) >= geometry.TARGET_AT) == measure.met


def test_a_two_sided_target_is_best_in_its_middle():
    def between(figure: str) -> float | None:
        part = Fraction(figure) / 100
        measure = _within(1, 1)
        from dataclasses import replace
        return geometry.bullet_at(replace(measure, unit="%", value=Ratio(part.numerator, part.denominator), target_kind="between",
                                          target=(Fraction(3, 10), Fraction(4, 10))))
    assert [between(f) for f in ("35", "30", "40", "45")] == [pytest.approx(x) for x in (1.0, 0.62, 0.62, 0.24)]


def test_a_gap_in_the_history_breaks_the_sparkline():
    assert geometry.spark_points((10, None, 50)) == (((0.0, 0.0),), ((1.0, 1.0),))


def _all_charts(palette):
    shown = page(factory.marlowe())
    yield charts.sparkline(shown.ours, palette=palette)
    yield from (charts.bullet(row, palette=palette) for row in shown.bullets)
    yield from (charts.dumbbell(row, palette=palette) for area in shown.areas for row in area.rows)
    yield from (charts.plan_bar(row, palette=palette) for row in shown.full.functions)
    yield from (charts.step(row, palette=palette) for row in shown.full.waterfall)


@pytest.mark.parametrize("palette", [charts.SCREEN, charts.PRINT], ids=["screen", "print"])
def test_every_chart_is_an_image_with_a_sentence_and_no_style(palette):
    for svg in _all_charts(palette):
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert {name for element in root.iter() for name in element.attrib if name in ("style", "onload")} == set()


def test_on_paper_every_mark_has_a_fixed_colour():
    for svg in _all_charts(charts.PRINT):
        assert "class=" not in svg
        assert "var(" not in svg


def test_a_bullet_says_result_target_and_outcome():
    assert 'aria-label="Requests closed in target time: 84.7%, target 92%, missed"' in charts.bullet(page(factory.marlowe()).bullets[0])


def test_names_are_escaped_in_charts():
    measure = share("a", '<b onload="x">"&', kept=9, missed=1, target="92")
    svg = charts.bullet(page(factory.scorecard([measure])).bullets[0])
    assert ET.fromstring(svg).get("aria-label") == '<b onload="x">"&: 90.0%, target 92%, too few records: 10 of 20'


def test_the_code_says_its_address():
    assert ET.fromstring(charts.qr("https://score.northgate.example/p/7")).get("aria-label") == "QR code: https://score.northgate.example/p/7"
