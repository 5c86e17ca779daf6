"""The chart of allowed misses: what was left of them day by day, with every warning as it was said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from keepscore.documents.charts_misses import AllowedMisses, Forecast, Left, Span, Warned, allowed_misses
from keepscore.engine.contract.model import Measure, Version
from keepscore.engine.results import EarlyWarning, MeasureResult, Period
from keepscore.engine.scoring import allowance
from keepscore.engine.warning import warn
from keepscore.evidence.decode import decode
from keepscore.scores.calendars import calendar_of
from keepscore.scores.models import Warning
from keepscore.web import words

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """One period of a measure: its result, its rows, and what was warned of."""

    period: Period
    result: MeasureResult
    measure: Measure
    version: Version
    zone: str
    seen_to: date  # the day after that of as_of
    is_over: bool
    rows: pa.Table
    warnings: Sequence[Warning]


@dataclass(frozen=True, slots=True)
class Heading:
    """Where an open period is heading."""

    volume: int
    allowed: int
    said: EarlyWarning | None  # against the allowance; None while the pace stays inside it
    range: EarlyWarning | None  # the same figures whatever the allowance; None where nothing was missed
    gone: int
    days: int


@dataclass(frozen=True, slots=True)
class Chart:
    wide: str
    narrow: str
    events: tuple[tuple[str, str], ...]  # an icon's state and the sentence
    has_forecast: bool


def heading(measure: Measure, version: Version, result: MeasureResult, period: Period, *, zone: str, seen_to: date) -> Heading | None:
    """The forecast of an open period by the engine's own rule; None where there is nothing to go by."""
    if measure.kind != "share" or measure.target is None or measure.target.between or not result.kept + result.missed:
        return None
    function = next((item for item in version.functions if item.key == measure.count.function), None)
    span = [period.start + timedelta(days=n) for n in range((period.end - period.start).days)]
    if function is not None and function.calendar is not None:
        clock = calendar_of(version, function.calendar, zone=zone)
        span = [day for day in span if clock.is_working_day(day)]
    gone = sum(day < seen_to for day in span)
    if not gone:
        return None
    volume = result.kept + result.missed + result.open
    forecast = max(volume, math.floor(Fraction(volume * len(span), gone) + Fraction(1, 2)))
    share = allowance(measure.target)
    said = warn(result, allowance=share, days=span, gone=gone, deciding=())
    at_any = warn(result, allowance=Fraction(0), days=span, gone=gone, deciding=())
    return Heading(forecast, math.floor(share * forecast), said, at_any, gone, len(span))


def chart(spans: Sequence[Seen]) -> Chart | None:
    """One period, or two that follow each other; None where no miss is allowed, since nothing can be left of nothing."""
    drawn = [(seen, made) for seen in spans if (made := _span(seen)) is not None]
    if not drawn:
        return None
    says = " ".join(_says(seen, allowed) for seen, (_span_, allowed) in drawn)
    data = AllowedMisses(tuple(span for _seen, (span, _allowed) in drawn), _months(drawn[0][0].period.start, drawn[-1][0].period.end), says)
    short = replace(data, spans=tuple(replace(span, name=_short_name(seen)) for seen, (span, _allowed) in drawn))
    events = tuple(event for seen, (span, allowed) in drawn for event in _events(seen, span, allowed))
    return Chart(
        allowed_misses(data, width=960, height=340),
        allowed_misses(short, width=340, height=290, labels=False),
        events,
        any(span.forecast for span in data.spans),
    )


def _span(seen: Seen) -> tuple[Span, int] | None:
    ahead = None if seen.is_over else heading(seen.measure, seen.version, seen.result, seen.period, zone=seen.zone, seen_to=seen.seen_to)
    allowed = seen.result.allowed_misses if seen.is_over else ahead.allowed if ahead else None
    if not allowed:
        return None
    upto = max(min(seen.seen_to, seen.period.end), seen.period.start)
    by_day = _by_day(seen, upto)
    total = np.concatenate([[0], np.cumsum(by_day)]) if len(by_day) else np.zeros(1, int)
    readings = tuple(Left(seen.period.start + n * ONE, 1 - int(count) / allowed) for n, count in enumerate(total.tolist()))
    over = np.flatnonzero(total > allowed)
    ran_out = seen.period.start + timedelta(days=int(over[0]) - 1) if len(over) else None
    missed = int(total[-1])
    told = {"missed": words.number(missed), "allowed": words.number(allowed), "day": words.day(upto - ONE)}
    label = (
        _("%(missed)s missed of %(allowed)s allowed") % told
        if seen.is_over
        else _("%(day)s: %(missed)s missed of about %(allowed)s") % told
    )
    name = _("%(period)s, final") if seen.is_over else _("%(period)s, so far and at this pace")
    return Span(
        name=name % {"period": seen.period.label},
        start=seen.period.start, end=seen.period.end, readings=readings, label=label, warnings=_warned(seen, total.tolist(), allowed),
        ran_out=ran_out, ran_out_label=_("%(day)s: used up") % {"day": words.day(ran_out)} if ran_out else "",
        forecast=_forecast(ahead, readings[-1], allowed, seen.period.end) if ahead else None,
    ), allowed  # fmt: skip


def _short_name(seen: Seen) -> str:
    return seen.period.label if seen.is_over else _("%(period)s so far") % {"period": seen.period.label}


def _by_day(seen: Seen, upto: date) -> np.ndarray:
    """Misses of each day of the period on the client's clock, up to a day."""
    days = (upto - seen.period.start).days
    missed = seen.rows.filter(pc.equal(seen.rows["outcome"], "missed"))["counted_at"]
    local = pc.local_timestamp(missed.cast(pa.timestamp("s", tz="UTC")).cast(pa.timestamp("s", tz=seen.zone)))
    number = local.cast(pa.date32()).cast(pa.int32()).to_numpy() - (seen.period.start - date(1970, 1, 1)).days
    return np.bincount(np.clip(number, 0, max(days - 1, 0)), minlength=days)[:days]


def _warned(seen: Seen, total: Sequence[int], allowed: int) -> tuple[Warned, ...]:
    found = []
    for number, warning in enumerate(sorted(seen.warnings, key=lambda item: item.as_of)):
        at = warning.as_of.astimezone(ZoneInfo(seen.zone)).date() + ONE
        place = min(max((at - seen.period.start).days, 0), len(total) - 1)
        told = {"day": words.day(at - ONE), "out": words.day(warning.runs_out)}
        label = (_("%(day)s: early warning, used up about %(out)s") if warning.runs_out else _("%(day)s: early warning")) % told
        found.append(Warned(seen.period.start + place * ONE, 1 - total[place] / allowed, warning.runs_out, "" if number else label))
    return tuple(found)


def _forecast(ahead: Heading, last: Left, allowed: int, end: date) -> Forecast | None:
    """From what was seen to the end at the pace so far, with the range of 8 in 10."""
    if ahead.range is None or last.at >= end:
        return None
    pace = Fraction(ahead.range.used * ahead.days, ahead.gone)
    low, high = (1 - float((1 - Fraction(text)) * ahead.volume) / allowed for text in (ahead.range.low, ahead.range.high))
    runs_out = ahead.said.runs_out if ahead.said else None

    def to(share: float) -> tuple[Left, ...]:
        return (last, Left(end, share))

    label = _("about %(day)s") % {"day": words.day(runs_out)} if runs_out else ""
    return Forecast(to(1 - float(pace) / allowed), to(low), to(high), runs_out, label)


def _months(start: date, end: date) -> tuple[tuple[date, str], ...]:
    months = (start.year * 12 + start.month - 1, end.year * 12 + end.month - 1)
    firsts = [date(number // 12, number % 12 + 1, 1) for number in range(months[0], months[1] + 1)]
    return tuple((first, date_format(first, "M")) for first in firsts if start <= first < end)


def _says(seen: Seen, allowed: int) -> str:
    told = {"period": seen.period.label, "missed": words.number(seen.result.missed), "allowed": words.number(allowed)}
    if seen.is_over:
        return _("%(period)s: %(missed)s missed, %(allowed)s allowed.") % told
    return _("%(period)s so far: %(missed)s missed, about %(allowed)s allowed by its end.") % told


def _events(seen: Seen, span: Span, allowed: int) -> list[tuple[str, str]]:
    found = [
        (
            warning.as_of.astimezone(ZoneInfo(seen.zone)).date(),
            "warning",
            _("%(day)s, early warning: %(sentence)s")
            % {
                "day": words.day(warning.as_of.astimezone(ZoneInfo(seen.zone)).date()),
                "sentence": decode(EarlyWarning, warning.said).sentence,
            },
        )
        for warning in seen.warnings
    ]
    if span.ran_out:
        told = {"day": words.day(span.ran_out), "allowed": words.number(allowed), "period": seen.period.label}
        found.append((span.ran_out, "missed", _("%(day)s: all %(allowed)s allowed misses of %(period)s were used up.") % told))
    return [(state, text) for _at, state, text in sorted(found)]
