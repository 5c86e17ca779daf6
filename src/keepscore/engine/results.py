"""Results out: frozen, typed, exact. `scorecard.json` is `to_json` of a Scorecard; its schema is made from these classes.

Exact fractions stay fractions (text "n/d" in JSON); counts are integers; "nothing to measure" is None.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Kind = Literal["share", "value", "availability", "reported", "fact"]


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open span [start, end) of local days; `start_at`, `end_at` are its midnights in the client's zone."""

    key: str  # 2026-03, 2026-Q3, 2026-H2, 2026, or 2026-07-06..2026-09-30
    label: str  # Q3 2026
    start: date
    end: date  # first day after it
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """A score on the scale 1 to 5: exact, and rounded once, half up, to tenths (37 is 3.7)."""

    exact: Fraction
    tenths: int


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: int
    denominator: int

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class LeftOut:
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Why records could not be judged: no priority, undeclared priority, missing promise, unknown."""

    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Group:
    """The same share for one value of a column (a priority, a site), so that an average cannot hide a bad group."""

    column: str
    value: str | None
    kept: int
    missed: int
    met: bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """Against an earlier period. `verdict` is None where no test applies (other kinds than shares)."""

    period: str
    value: Fraction
    difference: Fraction
    verdict: Literal["better", "worse", "no clear change"] | None
    low: str | None = None  # 95 % interval of the difference, as decimals with 4 places
    high: str | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    previous: Change | None
    last_year: Change | None


@dataclass(frozen=True, slots=True)
class MonthShare:
    """Records of one function and calendar month at planned volume."""

    month: str  # 2026-07
    allowed: int  # K, the plan's share of this month
    actual: int  # in-scope records that came in
    inside_kept: int
    inside_missed: int
    rest_kept: int
    rest_missed: int


@dataclass(frozen=True, slots=True)
class Week:
    start: date
    volume: int
    kept: int
    missed: int


@dataclass(frozen=True, slots=True)
class AtPlannedVolume:
    """Attainment inside the contracted volume: an explanation, never the contract result."""

    verdict: Literal["explains", "does not explain", "cannot be told"]
    sentence: str
    inside: Ratio | None
    rest: Ratio | None
    months: tuple[MonthShare, ...]
    weeks: tuple[Week, ...]


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measure of one client and period.

    `value`: kept of counted for a share; missed of counted for an "at most" share; open seconds up of open seconds
    for availability; k of n for a fact; otherwise the figure itself (seconds for durations).
    """

    key: str
    name: str
    sub_area: str
    kind: Kind
    unit: str  # %, s, or the unit the contract names
    critical: bool
    weight: Fraction
    records: int  # records in (those the measure looks at)
    kept: int
    missed: int
    open: int
    left_out: tuple[LeftOut, ...]
    unjudged: tuple[Unjudged, ...]
    value: Ratio | None
    target_kind: Literal["at_least", "at_most", "between"] | None
    target: tuple[Fraction, ...]  # one bound, or two for between; none for a fact
    met: bool | None
    allowed_misses: int | None  # misses that the target still permits, of the counted ones (shares only)
    score: Score | None
    no_score: str | None  # why there is none: "no records", "too few records: 7 of 20", "no value reported"
    counted_by: Literal["opened", "due", "resolved"] | None
    groups: tuple[Group, ...] = ()
    at_planned_volume: AtPlannedVolume | None = None
    trend: Trend | None = None
    longest: int | None = None  # values: the largest one counted, as context


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """Work of one function against its plan. Effort in minutes; plans are exact fractions."""

    key: str
    name: str
    volume: int  # in-scope records opened in the period
    out_of_scope: int
    planned_volume: Fraction | None
    effort_minutes: int
    out_of_scope_minutes: int
    planned_effort_minutes: Fraction | None


@dataclass(frozen=True, slots=True)
class SubAreaResult:
    key: str
    name: str
    weight: Fraction
    score: Score | None
    measures: tuple[str, ...]  # keys, with and without data


@dataclass(frozen=True, slots=True)
class AreaResult:
    key: str
    name: str
    weight: Fraction
    score: Score | None
    ceiling: str | None  # the sentence of the hold that was applied
    sub_areas: tuple[SubAreaResult, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the waterfall; bars add up exactly from 5 to the total. The last may be a ceiling."""

    key: str
    name: str
    amount: Fraction  # 0 or below


@dataclass(frozen=True, slots=True)
class Total:
    score: Score | None
    grade: Literal["A", "B", "C", "D", "F"] | None
    coverage: Fraction  # weight with data of all weight
    no_grade: str | None  # "coverage 33%, 50% is needed"
    ceiling: str | None
    met: int  # targets met
    missed: int  # targets missed


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A target is likely to be missed in a period that is not over. Kept with what it said."""

    measure: str
    name: str
    urgency: Literal["used 50%", "used 75%", "used 90%", "used up", "raised"]
    forecast_volume: int
    allowed_misses: int
    used: int
    left: int
    burn_rate: Fraction | None  # share of allowance used ÷ share of the period gone
    runs_out: date | None
    chance: str  # of meeting the target, 0.000 to 1.000
    low: str  # attainment at the end, 8 in 10: from
    high: str  # to
    sentence: str
    deciding: tuple[str, ...]  # references of open records that would decide it, next to miss first


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier period of the same client, as far as trend and sparkline need it."""

    period: Period
    tenths: int | None
    grade: str | None
    measures: dict[str, PastMeasure]


@dataclass(frozen=True, slots=True)
class PastMeasure:
    kept: int
    missed: int
    value: Ratio | None
    tenths: int | None


@dataclass(frozen=True, slots=True)
class Names:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Engine:
    keepscore: str
    tzdata: str
    holidays: str
    calendars: str  # digest of the calendar table used


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The frozen result for one client, contract and period."""

    client: Names
    contract: str  # key of the contract
    vendor: str | None
    sample: bool  # sample data: the page says so
    currency: str | None
    period: Period
    as_of: datetime
    complete_to: dict[str, datetime]
    complete: bool  # every source is complete to the end of the period
    definition: str  # digest of the values in effect
    version_from: date  # contract version whose targets, weights and grades are used
    engine: Engine
    measures: tuple[MeasureResult, ...]
    functions: tuple[FunctionResult, ...]
    areas: tuple[AreaResult, ...]
    total: Total
    waterfall: tuple[Bar, ...]
    ceilings: tuple[str, ...]
    warnings: tuple[EarlyWarning, ...]
    history: tuple[Past, ...]  # earlier periods, oldest first (the trend's two among them)


def to_json(value: Any) -> Any:
    """Plain JSON types: fractions as text "n/d", moments as UTC text with Z, days as ISO text, Decimal as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    return value
