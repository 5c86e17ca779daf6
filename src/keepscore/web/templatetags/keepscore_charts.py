"""Template tags that draw the charts of `documents`; everything a person wrote is escaped there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template import Library
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from keepscore.documents import charts, charts_misses, charts_rows, charts_weeks
from keepscore.documents.parts import FunctionRow, WaterfallRow
from keepscore.web import words

register = Library()


@register.simple_tag
def gap(ours: int | None, theirs: int | None = None, width: int = 132) -> SafeString:
    """Our score and their rating, in tenths, on the line from 1 to 5."""
    told = {"ours": gettext("none") if ours is None else words.tenths(ours),
            "theirs": gettext("not yet") if theirs is None else words.tenths(theirs)}
    says = gettext("Our score %(ours)s, their rating %(theirs)s") % told
    return mark_safe(charts_rows.gap(ours, theirs, says=says, width=width))


@register.simple_tag
def score_trend(tenths: Sequence[int | None], good_from: int | None = None) -> SafeString:
    """Scores of the last periods, oldest first; the band begins at `good_from` tenths (grade B)."""
    told = ", ".join(gettext("none") if one is None else words.tenths(one) for one in tenths)
    says = gettext("Our score by period: %(values)s") % {"values": told}
    return mark_safe(charts_rows.score_trend(tenths, good_from=good_from, says=says))


@register.simple_tag
def own_trend(values: Sequence[float | None], says: str) -> SafeString:
    """A measure over the last periods on its own scale; `says` names the values."""
    return mark_safe(charts_rows.own_trend(values, says=says))


@register.simple_tag
def target_bullet(at: float | None, outcome: Any, says: str, credit_at: float | None = None, width: int = 236) -> SafeString:
    """Result against target; `at` and `credit_at` are places from geometry.bullet_at."""
    return mark_safe(charts_rows.target_bullet(at, outcome, says=says, credit_at=credit_at, width=width))


@register.simple_tag
def bar(share: float, width: int = 112) -> SafeString:
    return mark_safe(charts_rows.bar(share, width=width))


@register.simple_tag
def over_by(share: float) -> SafeString:
    return mark_safe(charts_rows.over_by(share))


@register.simple_tag
def progress_bar(share: float, says: str = "") -> SafeString:
    return mark_safe(charts_rows.progress(share, says=says))


@register.simple_tag
def ladder(level: int) -> SafeString:
    return mark_safe(charts_rows.ladder(level))


@register.simple_tag
def plan_bar(row: FunctionRow, width: int = 250) -> SafeString:
    return mark_safe(charts.plan_bar(row, width=width, height=20))


@register.simple_tag
def waterfall_step(row: WaterfallRow, width: int = 220) -> SafeString:
    return mark_safe(charts.step(row, width=width))


@register.inclusion_tag("web/components/allowed_misses.html")
def allowed_misses(data: charts_misses.AllowedMisses) -> dict[str, Any]:
    """Wide with words at its marks; on a phone smaller, with the words in a list below. Both with the key."""
    return {"data": data, "wide": mark_safe(charts_misses.allowed_misses(data)),
            "small": mark_safe(charts_misses.allowed_misses(data, width=358, height=280, labels=False)), "events": _events(data)}


@register.simple_tag
def week_scatter(data: charts_weeks.Scatter) -> SafeString:
    return mark_safe(charts_weeks.week_scatter(data))


@register.simple_tag
def open_week(days: Sequence[charts_weeks.OpenDay], says: str) -> SafeString:
    """The open hours of a service calendar, a row a day."""
    return mark_safe(charts_weeks.open_week(days, says=says))


def _events(data: charts_misses.AllowedMisses) -> tuple[tuple[str, str], ...]:
    """What the chart marks, in words: (kind, words), oldest first."""
    found = []
    for span in data.spans:
        found += [(warned.at, "warned", warned.label) for warned in span.warnings]
        found += [(span.ran_out, "out", span.ran_out_label)] if span.ran_out else []
        found.append((span.readings[-1].at, "out" if span.readings[-1].share < 0 else "last", span.label))
        if span.forecast and span.forecast.runs_out:
            found.append((span.forecast.runs_out, "warned", span.forecast.label))
    return tuple((kind, label) for _, kind, label in sorted(found, key=lambda event: event[0]) if label)
