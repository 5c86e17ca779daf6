"""The contract file as a frozen model: what was agreed, in force from and until.

Text becomes typed values here (percents as exact fractions, durations, money); the loader beside this module
turns YAML into plain text trees with lines, and the errors raised here into faults that name the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from keepscore.engine.contract.kinds import (
    Amount,
    CountedBy,
    Day,
    Key,
    Level,
    Limit,
    Name,
    Per,
    Percent,
    Plain,
    Side,
    Text,
    Weight,
    Whole,
    Zone,
)
from keepscore.engine.contract.quantities import Quantity


class Part(BaseModel):
    """Every part of a contract is frozen and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, ignored_types=(cached_property,))


def _holds(value: Any, key: str, kind: type) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), kind)


def _with(value: dict[str, Any], key: str, item: Any) -> dict[str, Any]:
    return {**value, key: item}


class Client(Part):
    key: Annotated[Key, Field(description="the client as the records name it")]
    name: Annotated[Name, Field(description="the client's name as people write it")]
    timezone: Annotated[Zone, Field(description="the client's time zone, such as Europe/London")]


class Every(Part):
    """All clients found in the records, on the same terms; a client's name is its key."""

    timezone: Annotated[Zone, Field(description="the time zone in which periods begin and end, such as Europe/London")]


class Fee(Part):
    amount: Annotated[Plain, Field(description="money in the contract's currency, such as 48000 or 1250.50")]
    per: Annotated[Per, Field(description="month, quarter, half-year or year")]


class CreditTerms(Part):
    at_risk: Annotated[Percent, Field(description="the percent of the invoice that credits are counted on, such as 12%")]
    cap: Annotated[Percent, Field(description="the largest percent of the invoice that is paid back, such as 10%")]


class CreditTier(Part):
    below: Annotated[Amount, Field(description="the attainment under which this tier pays, such as 92%")]
    pays: Annotated[Percent, Field(description="the percent of the allocation that is paid, such as 50%")]


class EarnBack(Part):
    quarters: Annotated[Whole, Field(ge=1, le=40, description="a whole number from 1 to 40")]
    at_least: Annotated[Amount, Field(description="the attainment that earns the credit back, such as 94%")]


class Credit(Part):
    allocation: Annotated[Percent, Field(description="this measure's percent of the amount at risk, such as 40%")]
    tiers: Annotated[tuple[CreditTier, ...], Field(min_length=1, description="a list such as [{below: 92%, pays: 50%}]")]
    earn_back: Annotated[EarnBack | None, Field(description="a map such as {quarters: 2, at_least: 94%}")] = None


class Planned(Part):
    """Volume and effort agreed for a function; prorated by service days where a period covers part of `per`."""

    volume: Annotated[Plain | None, Field(description="records agreed for each `per`, such as 5400")] = None
    effort_hours: Annotated[Plain | None, Field(description="hours agreed for each `per`, such as 2700")] = None
    per: Annotated[Per, Field(description="month, quarter, half-year or year")]
    from_: Annotated[Day | None, Field(alias="from", description="the first day of this plan, such as 2026-07-01")] = None


class Function(Part):
    key: Annotated[Key, Field(description="the function as the records name it")]
    name: Annotated[Name, Field(description="the function's name as people write it")]
    calendar: Annotated[Key | None, Field(description="the calendar whose service days a plan is split by")] = None
    planned: Annotated[tuple[Planned, ...], Field(description="a plan such as {volume: 5400, per: quarter}, or a list of them")] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_plan_is_a_list_of_one(cls, value: Any) -> Any:
        return _with(value, "planned", [value["planned"]]) if _holds(value, "planned", dict) else value


class Count(Part):
    """Which records a measure looks at; `scope` defaults to work inside the contract."""

    function: Annotated[Key | None, Field(description="the key of a function of this version")] = None
    where: Annotated[Text | None, Field(description="a condition such as kind = 'request'")] = None
    scope: Annotated[Literal["in", "out", "all"], Field(description="in, out or all")] = "in"


class Within(Part):
    """One record is kept when it is done inside a limit of service time.

    `limits` maps the value of column `by` to a limit; `default` covers declared values that are not listed.
    """

    within: Annotated[dict[Key, Limit], Field(min_length=1, description="a limit such as 4h, or {P1: 4h, default: 16h}")]
    by: Annotated[Key | None, Field(description="the column whose value picks the limit, such as priority")] = None
    from_: Annotated[Key, Field(alias="from", description="the column at which time begins, such as opened_at")] = "opened_at"
    to: Annotated[Key, Field(description="the column at which the record is done, such as resolved_at")] = "resolved_at"
    calendar: Annotated[Key | None, Field(description="the key of a calendar of this version")] = None
    pauses: Annotated[tuple[Side, ...], Field(description="the sides whose pauses count: vendor, client, third party")] = ("client",)

    @model_validator(mode="before")
    @classmethod
    def _one_limit_is_the_default(cls, value: Any) -> Any:
        return _with(value, "within", {"default": value["within"]}) if _holds(value, "within", str) else value


class LeaveOut(Part):
    where: Annotated[Text, Field(description="a condition such as site = 'Bristol'")]
    reason: Annotated[Name, Field(description="why these records are left out, as it is to be printed")]


class Target(Part):
    """Exactly one of the three; `between` is two-sided, both ends included."""

    at_least: Annotated[Amount | None, Field(description="the lowest good value, such as 92%")] = None
    at_most: Annotated[Amount | None, Field(description="the highest good value, such as 6h")] = None
    between: Annotated[tuple[Amount, Amount] | None, Field(description="two bounds, such as [90, 110]")] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(x is not None for x in (self.at_least, self.at_most, self.between)) != 1:
            raise ValueError("a target has exactly one of at_least, at_most, between")
        return self

    @property
    def kind(self) -> Literal["at_least", "at_most", "between"]:
        return "at_least" if self.at_least is not None else "at_most" if self.at_most is not None else "between"

    @cached_property
    def bounds(self) -> tuple[Quantity, ...]:
        one = self.at_least or self.at_most
        return (one,) if one is not None else (self.between or ())


class Value(Part):
    """A percentile or mean over records: `of` is `elapsed` (service seconds) or the name of a number column."""

    percentile: Annotated[Whole | None, Field(ge=1, le=100, description="a whole number from 1 to 100")] = None
    mean: Annotated[bool, Field(description="true or false")] = False
    of: Annotated[Key, Field(description="elapsed, or a number column")] = "elapsed"
    from_: Annotated[Key, Field(alias="from", description="the column at which time begins, such as opened_at")] = "opened_at"
    to: Annotated[Key, Field(description="the column at which the record is done, such as resolved_at")] = "resolved_at"
    calendar: Annotated[Key | None, Field(description="the key of a calendar of this version")] = None
    pauses: Annotated[tuple[Side, ...], Field(description="the sides whose pauses count: vendor, client, third party")] = ("client",)

    @model_validator(mode="after")
    def _one_statistic(self) -> Self:
        if (self.percentile is not None) == self.mean:
            raise ValueError("a value has exactly one of percentile (1 to 100) and mean: true")
        return self


class Availability(Part):
    component: Annotated[Key, Field(description="the component as the outages name it")]
    planned: Annotated[Literal["left out", "counted"], Field(description="left out or counted")] = "left out"
    calendar: Annotated[Key | None, Field(description="the key of a calendar of this version; else day and night")] = None


class Reported(Part):
    """A figure that comes from elsewhere; the last one of the period counts unless `take` says otherwise."""

    unit: Annotated[Annotated[str, Field(max_length=20)], Field(description='"%" or the word that stands behind the number')] = ""
    take: Annotated[Literal["last", "mean", "sum"], Field(description="last, mean or sum")] = "last"


class Fact(Part):
    """k of n handed in with its counts; it scores 1 + 4k/n and needs no target."""

    unit: Annotated[Annotated[str, Field(max_length=20)], Field(description="the word that stands behind the counts")] = ""


def _rule_tag(value: Any) -> str:
    return "limit" if isinstance(value, (Mapping, Within)) else "condition"


Rule = Annotated[Annotated[Text, Tag("condition")] | Annotated[Within, Tag("limit")], Discriminator(_rule_tag)]


class Measure(Part):
    """What we count or time, and when a record keeps it. Exactly one of kept_when, value, availability, reported, fact."""

    key: Annotated[Key, Field(description="a short key of its own, such as requests-on-time")]
    name: Annotated[Name, Field(description="the measure's name as it is to be printed")]
    sub_area: Annotated[Key, Field(description="the key of a sub-area of the scorecard")]
    count: Annotated[Count, Field(description="which records it looks at, such as {function: service-desk}")] = Count()
    kept_when: Annotated[Rule | None, Field(description="a condition, or a map with within: and a limit")] = None
    value: Annotated[Value | None, Field(description="a map such as {percentile: 90, of: elapsed}")] = None
    availability: Annotated[Availability | None, Field(description="a map such as {component: wan}")] = None
    reported: Annotated[Reported | None, Field(description='a map such as {unit: "%"}')] = None
    fact: Annotated[Fact | None, Field(description="a map such as {unit: goals}, or {}")] = None
    leave_out: Annotated[tuple[LeaveOut, ...], Field(description="a list such as [{where: ..., reason: ...}]")] = ()
    counted_by: Annotated[CountedBy | None, Field(description="opened, due or resolved")] = None
    target: Annotated[Target | None, Field(description="a map such as {at_least: 92%}")] = None
    curve: Annotated[dict[Level, Amount] | None, Field(description="points from score to value, such as {5: 3h, 4: 6h, 1: 15h}")] = None
    weight: Annotated[Weight, Field(description="a number above 0")] = Fraction(1)
    critical: Annotated[bool, Field(description="true or false")] = False
    groups: Annotated[tuple[Key, ...], Field(description="a list of columns, such as [priority, site]")] = ()
    credit: Annotated[Credit | None, Field(description="a map with allocation and tiers")] = None

    @cached_property
    def kind(self) -> Literal["share", "value", "availability", "reported", "fact"]:
        for name in ("value", "availability", "reported", "fact"):
            if getattr(self, name) is not None:
                return name
        return "share"


def _holidays_tag(value: Any) -> str:
    return "public" if isinstance(value, Mapping) else "days"


Holidays = Annotated[
    Annotated[dict[str, Any], Tag("public")] | Annotated[tuple[Day, ...], Tag("days")], Discriminator(_holidays_tag)
]


class Hours(Part):
    """A service calendar as written; `engine.clock.ServiceCalendar.from_spec` gives it its meaning."""

    timezone: Annotated[Zone, Field(description="the time zone of the clock on the wall, such as Europe/London")]
    hours: Annotated[dict[str, Any], Field(description='a map such as {mon-fri: "09:00-17:00"}')]
    holidays: Annotated[Holidays | None, Field(description="{country: GB, subdivision: ENG} or a list of days")] = None
    overrides: Annotated[dict[Day, Any], Field(description='a map from days to hours or closed')] = {}


class SubArea(Part):
    key: Annotated[Key, Field(description="a short key of its own, such as delivery-against-targets")]
    name: Annotated[Name, Field(description="the sub-area's name as it is to be printed")]
    weight: Annotated[Weight, Field(description="a number above 0")] = Fraction(1)


class Area(Part):
    key: Annotated[Key, Field(description="a short key of its own, such as team-performance")]
    name: Annotated[Name, Field(description="the area's name as it is to be printed")]
    weight: Annotated[Weight, Field(description="a number above 0")] = Fraction(1)
    sub_areas: Annotated[tuple[SubArea, ...], Field(min_length=1, description="a list of at least one sub-area")]


class Grades(Part):
    """Lowest total for each grade; strictly falling from A, so that there is no gap and no overlap."""

    A: Annotated[Level, Field(description="the lowest score for an A")] = Fraction(9, 2)
    B: Annotated[Level, Field(description="the lowest score for a B")] = Fraction(7, 2)
    C: Annotated[Level, Field(description="the lowest score for a C")] = Fraction(5, 2)
    D: Annotated[Level, Field(description="the lowest score for a D")] = Fraction(3, 2)
    F: Annotated[Level, Field(description="1, where the scale begins")] = Fraction(1)


class EnoughData(Part):
    coverage: Annotated[Percent, Field(description="a percent between 0% and 100%")] = Fraction(1, 2)
    records: Annotated[Whole, Field(ge=0, description="a whole number of 0 or more")] = 20


class Ceilings(Part):
    """Stated holds on a score: an area with a critical miss, a total with fewer targets met than missed."""

    critical_missed: Annotated[Level, Field(description="a score between 1 and 5")] = Fraction(12, 5)
    fewer_met_than_missed: Annotated[Level, Field(description="a score between 1 and 5")] = Fraction(17, 5)


def default_areas() -> tuple[Area, ...]:
    """The three areas and nine sub-areas that a vendor starts with; names can be changed in the defaults file."""
    names = {
        "Business Impact": ("Progress on your goals", "Cost and value", "Risk and continuity"),
        "Team Performance": ("Delivery against targets", "Response and communication", "Knowing your business"),
        "Platform Maximization": ("Use of what you pay for", "Reliability and security", "Improvement and roadmap"),
    }

    def key(name: str) -> str:
        return name.lower().replace(" ", "-")

    return tuple(
        Area(key=key(area), name=area, sub_areas=tuple(SubArea(key=key(sub), name=sub) for sub in subs))
        for area, subs in names.items()
    )


class ScorecardTerms(Part):
    areas: Annotated[tuple[Area, ...], Field(min_length=1, description="a list of at least one area")] = Field(
        default_factory=default_areas
    )
    grades: Annotated[Grades, Field(description="a map such as {A: 4.5, B: 3.5, C: 2.5, D: 1.5, F: 1}")] = Grades()
    enough_data: Annotated[EnoughData, Field(description="a map such as {coverage: 50%, records: 20}")] = EnoughData()
    ceilings: Annotated[Ceilings, Field(description="a map such as {critical_missed: 2.4, fewer_met_than_missed: 3.4}")] = Ceilings()


class Version(Part):
    """What is in force from a day on, until the next version."""

    from_: Annotated[Day, Field(alias="from", description="the first day it is in force, such as 2026-01-01")]
    fee: Annotated[Fee | None, Field(description="a map such as {amount: 48000, per: month}")] = None
    credits: Annotated[CreditTerms | None, Field(description="a map such as {at_risk: 12%, cap: 10%}")] = None
    calendars: Annotated[dict[Key, Hours], Field(description="a map from keys to calendars")] = {}
    priorities: Annotated[tuple[Key, ...], Field(description="a list of the priorities that are agreed")] = ()
    functions: Annotated[tuple[Function, ...], Field(description="a list of functions")] = ()
    measures: Annotated[tuple[Measure, ...], Field(description="a list of measures")] = ()
    scorecard: Annotated[ScorecardTerms, Field(description="a map with areas, grades, enough_data, ceilings")] = Field(
        default_factory=ScorecardTerms
    )


class Contract(Part):
    """One contract file. Exactly one of client, clients, every; versions in rising order of `from`."""

    keepscore: Annotated[Literal["1"], Field(description="1, the version of this file's form")]
    contract: Annotated[Key, Field(description="a key that tells two contracts of one client apart")] = "main"
    vendor: Annotated[Name | None, Field(description="the vendor's name as it is to be printed")] = None
    client: Annotated[Client | None, Field(description="a map with key, name and timezone")] = None
    clients: Annotated[tuple[Client, ...] | None, Field(min_length=1, description="a list of clients on the same terms")] = None
    every: Annotated[Every | None, Field(description="a map with timezone, for all clients in the records")] = None
    currency: Annotated[
        Annotated[str, Field(pattern="^[A-Z]{3}$")] | None, Field(description="a currency of three capital letters, such as GBP")
    ] = None
    ends: Annotated[Day | None, Field(description="the last day of the contract, such as 2027-03-31")] = None
    notice: Annotated[Day | None, Field(description="the last day to give notice, such as 2026-12-31")] = None
    year_starts: Annotated[Whole, Field(ge=1, le=12, description="the month a year begins with, 1 to 12")] = 1
    sample: Annotated[bool, Field(description="true or false")] = False
    versions: Annotated[tuple[Version, ...], Field(min_length=1, description="a list of at least one version")]

    def named_clients(self) -> tuple[Client, ...]:
        """The clients that the file names; empty for `every`."""
        return (self.client,) if self.client is not None else self.clients or ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file, said so that a person can mend it. `line` counts from 1."""

    line: int
    key: str        # dotted path, e.g. versions[0].measures[2].target
    code: str       # reason code of IMPORT.md: syntax, yaml_tag, alias_bomb, duplicate_mapping_key, depth, schema
    found: str      # at most 60 characters, controls shown
    expected: str   # what would be right

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: found {self.found}; {self.expected}"


class ContractError(ValueError):
    """A contract file with faults, all of them."""

    def __init__(self, path: str, faults: tuple[Fault, ...]) -> None:
        self.path, self.faults = path, faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))

