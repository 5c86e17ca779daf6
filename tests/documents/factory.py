"""Scorecards of a made-up client: measures are stated, areas and totals are added up by the engine itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from keepscore.engine.contract.model import Area, ScorecardTerms, SubArea
from keepscore.engine.results import (
    AtPlannedVolume,
    Change,
    EarlyWarning,
    Engine,
    FunctionResult,
    Group,
    LeftOut,
    MeasureResult,
    MonthShare,
    Names,
    Past,
    Period,
    Ratio,
    Scorecard,
    Trend,
    Unjudged,
)
from keepscore.engine.scoring import Tally, rounded, score_fact, score_share

Q3 = Period("2026-Q3", "Q3 2026", date(2026, 7, 1), date(2026, 10, 1),
            datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 9, 30, 23, tzinfo=UTC))
AFTER = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
SEEN = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)


def share(key: str, name: str, *, kept: int, missed: int, target: str, sub_area: str = "delivery-against-targets",
          at_most: bool = False, floor: int = 20, **more: object) -> MeasureResult:
    """A share of records; `target` is a percent such as "92"."""
    bound, counted = Fraction(target) / 100, kept + missed
    value = Ratio(missed if at_most else kept, counted) if counted else None
    allowed = bound if at_most else 1 - bound
    enough = counted >= floor
    score = rounded(score_share(Fraction(missed, counted), allowed)) if counted and enough else None
    met = None if value is None else value.fraction <= bound if at_most else value.fraction >= bound
    result = MeasureResult(
        key=key, name=name, sub_area=sub_area, kind="share", unit="%", critical=False, weight=Fraction(1), records=counted, kept=kept,
        missed=missed, open=0, left_out=(), unjudged=(), value=value, target_kind="at_most" if at_most else "at_least", target=(bound,),
        met=met, allowed_misses=int(allowed * counted), score=score,
        no_score=None if score else f"too few records: {counted} of {floor}" if counted else "no records", counted_by="opened")
    return replace(result, **more)  # type: ignore[arg-type]


def value(key: str, name: str, *, figure: Fraction, unit: str, at_most: Fraction, score: str, records: int = 40,
          sub_area: str = "reliability-and-security") -> MeasureResult:
    exact = Fraction(score)
    return MeasureResult(
        key=key, name=name, sub_area=sub_area, kind="value", unit=unit, critical=False, weight=Fraction(1), records=records, kept=records,
        missed=0, open=0, left_out=(), unjudged=(), value=Ratio(figure.numerator, figure.denominator), target_kind="at_most",
        target=(at_most,), met=figure <= at_most, allowed_misses=None, score=rounded(exact), no_score=None, counted_by="opened",
        longest=int(figure * 2))


def availability(key: str, name: str, *, up: int, of: int, target: str, sub_area: str = "reliability-and-security") -> MeasureResult:
    """Seconds up of seconds of open time."""
    bound = Fraction(target) / 100
    return MeasureResult(
        key=key, name=name, sub_area=sub_area, kind="availability", unit="%", critical=False, weight=Fraction(1), records=0, kept=0,
        missed=0, open=0, left_out=(), unjudged=(), value=Ratio(up, of), target_kind="at_least", target=(bound,),
        met=Fraction(up, of) >= bound, allowed_misses=None, score=rounded(score_share(1 - Fraction(up, of), 1 - bound)), no_score=None,
        counted_by=None)


def fact(key: str, name: str, *, k: int, n: int, sub_area: str) -> MeasureResult:
    return MeasureResult(
        key=key, name=name, sub_area=sub_area, kind="fact", unit="", critical=False, weight=Fraction(1), records=0, kept=0, missed=0,
        open=0, left_out=(), unjudged=(), value=Ratio(k, n), target_kind=None, target=(), met=None, allowed_misses=None,
        score=rounded(score_fact(Fraction(k), Fraction(n))), no_score=None, counted_by=None)


def scorecard(measures: Sequence[MeasureResult], *, name: str = "Acme", terms: ScorecardTerms | None = None, **more: object) -> Scorecard:
    tally = Tally(measures, terms or ScorecardTerms())
    card = Scorecard(
        client=Names(name.lower().replace(" ", "-"), name), contract="main", vendor="Northgate", sample=False, currency="GBP", period=Q3,
        as_of=AFTER, complete_to={"servicedesk": AFTER}, complete=True, definition="3f" * 32, version_from=date(2026, 1, 1),
        engine=Engine("0.1.0", "2026.6", "0.109", "ab" * 32), measures=tuple(measures), functions=(), areas=tally.areas,
        total=tally.total, waterfall=tally.waterfall, ceilings=tuple(tally.ceilings), warnings=(), history=())
    return replace(card, **more)  # type: ignore[arg-type]


def past(label: str, tenths: int | None) -> Past:
    """A quarter by its label, such as "Q2 2026"."""
    quarter, year = int(label[1]), int(label[3:])
    start = date(year, 3 * quarter - 2, 1)
    end = date(year + quarter // 4, (3 * quarter) % 12 + 1, 1)
    period = Period(f"{year}-Q{quarter}", label, start, end, datetime(start.year, start.month, 1, tzinfo=UTC),
                    datetime(end.year, end.month, 1, tzinfo=UTC))
    return Past(period, tenths, None, {})


PLANNED = AtPlannedVolume(
    verdict="explains", sentence="Work was 29% above plan: 93.0% inside the planned volume, 56.1% beyond it. "
             "Volume explains the miss; the contract result stands.",
    inside=Ratio(6577, 7072), rest=Ratio(1150, 2051),
    months=(MonthShare("2026-07", 2357, 3010, 2199, 158, 370, 283), MonthShare("2026-08", 2357, 3101, 2185, 172, 402, 342),
            MonthShare("2026-09", 2358, 3012, 2193, 165, 378, 276)),
    weeks=())


def marlowe() -> Scorecard:
    """Three misses beside six targets met, with volume far above plan: the story of a busy quarter."""
    requests = share(
        "requests", "Requests closed in target time", kept=7727, missed=1396, target="92", critical=True, weight=Fraction(2),
        records=9200, open=31, left_out=(LeftOut("Site not yet handed over (clause 4.2)", 40),
                                      LeftOut("cancelled before its limit passed", 6)),
        unjudged=(Unjudged("no priority", 5),),
        groups=(Group("site", "Leeds", 1110, 604, False),
                Group("site", "Kettering", 3902, 431, False), Group("site", "York", 2715, 361, False)),
        at_planned_volume=PLANNED,
        trend=Trend(Change("2026-Q2", Fraction(881, 1000),
                           Fraction(7727, 9123) - Fraction(881, 1000), "worse", "-0.0441", "-0.0239"),
                    Change("2025-Q3", Fraction(85, 100), Fraction(7727, 9123) - Fraction(85, 100), "no clear change", "-0.0130", "0.0070")))
    measures = [
        requests,
        share("priority-1", "Priority 1 restored in 4 hours", kept=27, missed=1, target="95", sub_area="response-and-communication"),
        share("visits", "Field visits on the agreed day", kept=934, missed=89, target="95"),
        share("calls", "Calls answered in 60 seconds", kept=5958, missed=954, target="90", sub_area="response-and-communication"),
        share("first-contact", "Fixed on first contact", kept=4918, missed=1931, target="65", sub_area="use-of-what-you-pay-for",
              trend=Trend(Change("2026-Q2", Fraction(66, 100), Fraction(58, 1000), "better", "0.0400", "0.0700"), None)),
        availability("network", "Network available", up=7944826, of=7948800, target="99.90"),
        share("patches", "Critical patches in 7 days", kept=1078, missed=10, target="98", sub_area="reliability-and-security"),
        share("repeats", "Repeat incidents", kept=1950, missed=62, target="4", at_most=True, sub_area="cost-and-value",
              groups=(Group("site", "Leeds", 402, 31, False), Group("site", "Kettering", 1548, 31, True))),
        value("restore", "Nine in ten faults restored within", figure=Fraction(18720), unit="s", at_most=Fraction(21600), score="4.3"),
        share("changes", "Changes without a fault", kept=7, missed=0, target="97", sub_area="risk-and-continuity"),
        fact("goals", "Goals known of your people", k=5, n=8, sub_area="knowing-your-business"),
        fact("initiatives", "Initiatives finished", k=3, n=5, sub_area="improvement-and-roadmap"),
    ]
    functions = (
        FunctionResult("service-desk", "Service desk", 9123, 214, Fraction(7072), 273690, 6420, Fraction(162000)),
        FunctionResult("field", "Field service", 1023, 0, Fraction(1050), 122760, 0, Fraction(126000)))
    history = tuple(past(label, tenths) for label, tenths in (
        ("Q1 2025", 33), ("Q2 2025", 34), ("Q3 2025", 34), ("Q4 2025", None), ("Q1 2026", 35), ("Q2 2026", 36)))
    return scorecard(measures, name="Marlowe Foods", sample=True, functions=functions, history=history)


def all_met() -> Scorecard:
    """Quiet delivery that nobody notices."""
    return scorecard([
        share("requests", "Requests closed in target time", kept=1960, missed=40, target="92"),
        share("calls", "Calls answered in 60 seconds", kept=970, missed=30, target="90", sub_area="response-and-communication"),
    ])


def no_records() -> Scorecard:
    return scorecard([share("requests", "Requests closed in target time", kept=0, missed=0, target="92")])


def open_period() -> Scorecard:
    """A quarter that is not over, with a warning."""
    warning = EarlyWarning(
        measure="requests", name="Requests closed in target time", urgency="used 90%", forecast_volume=2400, allowed_misses=192, used=176,
        left=16, burn_rate=Fraction(17, 10), runs_out=date(2026, 8, 24), chance="0.081", low="0.871", high="0.913",
        sentence="Requests closed in target time: 176 of about 192 allowed misses used; "
                 "at this pace they run out about 24 Aug.", deciding=("T-101", "T-107"))
    return scorecard([share("requests", "Requests closed in target time", kept=1104, missed=176, target="92")],
                     as_of=SEEN, complete=False, warnings=(warning,), complete_to={"servicedesk": SEEN})


def worst_case() -> Scorecard:
    """20 measures, 13 of them missed, very long names, nine sub-areas full of text, groups, warnings, ceilings."""
    long = "A very long measure name that a contract lawyer wrote down with every condition, exception and site in it, number"
    subs = [sub.key for area in ScorecardTerms().areas for sub in area.sub_areas]
    groups = tuple(Group("responsible_site", f"Warehouse and distribution centre number {n}", 900, 10 * n, n < 3) for n in range(1, 9))
    measures = [share(f"m{n}", f"{long} {n}", kept=9000 + n, missed=1100 if n < 13 else 100, target="99" if n % 2 else "92",
                      sub_area=subs[n % 9], critical=n < 9, groups=groups, at_planned_volume=PLANNED) for n in range(20)]
    warning = open_period().warnings[0]
    return scorecard(
        measures, name="The Incorporated Society for the Preservation of Exceptionally Long Organisation Names Worldwide",
        sample=True, complete=False, as_of=SEEN, vendor="Northgate Managed Services and Field Engineering International Holdings",
        warnings=tuple(replace(warning, name=f"{long} {n}", sentence=warning.sentence * 3) for n in range(6)),
        functions=(FunctionResult("desk", long, 9000, 3, Fraction(7000), 1, 1, None),), history=marlowe().history)





def crowded() -> Scorecard:
    """Five areas of six sub-areas: more rows than one sheet can hold."""
    areas = tuple(
        Area(key=f"a{a}", name=f"Area {a}", sub_areas=tuple(SubArea(key=f"a{a}s{s}", name=f"Sub-area {a}.{s}") for s in range(6)))
        for a in range(5))
    measures = [share(f"m{a}{s}", f"Requests of sub-area {a}.{s} on time", kept=90 + s, missed=10 - s, target="92", sub_area=f"a{a}s{s}")
                for a in range(5) for s in range(6)]
    return scorecard(measures, terms=ScorecardTerms(areas=areas))
