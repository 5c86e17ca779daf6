"""The contract file as a frozen model: what was agreed, in force from and until.

Text becomes typed values here (percents as exact fractions, durations, money); the loader beside this module
turns YAML into plain text trees with lines, and the errors raised here into faults that name the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import WithJsonSchema

from keepscore.engine.contract.quantities import Duration, Quantity, parse_duration, parse_percent, parse_quantity


class Part(BaseModel):
    """Every part of a contract is frozen and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, ignored_types=(cached_property,))


def _text_schema(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Percent = Annotated[Fraction, BeforeValidator(parse_percent), _text_schema(r"^\d+(\.\d+)?\s*%$", "a percent such as 92%")]
Weight = Annotated[Fraction, BeforeValidator(lambda v: parse_quantity(v, units=("",)).value), _text_schema(r"^\d+(\.\d+)?$", "a number above 0")]
Limit = Annotated[Duration, BeforeValidator(parse_duration), _text_schema(r"^\d+\s*[smhd]", "a duration such as 90m, 4h, 2d")]
Amount = Annotated[Quantity, BeforeValidator(parse_quantity), _text_schema(r"^-?\d", "a percent, a duration or a number")]
Side = Literal["vendor", "client", "third party"]
Per = Literal["month", "quarter", "half-year", "year"]
CountedBy = Literal["opened", "due", "resolved"]


class Client(Part):
    key: Key
    name: Name
    timezone: Key


class Every(Part):
    """All clients found in the records, on the same terms; a client's name is its key."""

    timezone: Key


class Fee(Part):
    amount: Annotated[Decimal, Field(ge=0)]
    per: Per


class CreditTerms(Part):
    at_risk: Percent
    cap: Percent


class CreditTier(Part):
    below: Amount
    pays: Percent


class EarnBack(Part):
    quarters: Annotated[int, Field(ge=1, le=40)]
    at_least: Amount


class Credit(Part):
    allocation: Percent
    tiers: Annotated[tuple[CreditTier, ...], Field(min_length=1)]
    earn_back: EarnBack | None = None


class Planned(Part):
    """Volume and effort agreed for a function; prorated by service days where a period covers part of `per`."""

    volume: Annotated[Decimal, Field(ge=0)] | None = None
    effort_hours: Annotated[Decimal, Field(ge=0)] | None = None
    per: Per
    from_: Annotated[date | None, Field(alias="from")] = None


class Function(Part):
    key: Key
    name: Name
    calendar: Key | None = None
    planned: tuple[Planned, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_plan_is_a_list_of_one(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("planned"), dict):
            return {**value, "planned": [value["planned"]]}
        return value


class Count(Part):
    """Which records a measure looks at; `scope` defaults to work inside the contract."""

    function: Key | None = None
    where: str | None = None
    scope: Literal["in", "out", "all"] = "in"


class Within(Part):
    """One record is kept when it is done inside a limit of service time.

    `limits` maps the value of column `by` to a limit; `default` covers declared values that are not listed.
    """

    within: Annotated[dict[str, Limit], Field(min_length=1)]
    by: Key | None = None
    from_: Annotated[str, Field(alias="from")] = "opened_at"
    to: str = "resolved_at"
    calendar: Key | None = None
    pauses: tuple[Side, ...] = ("client",)

    @model_validator(mode="before")
    @classmethod
    def _one_limit_is_the_default(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("within"), str):
            return {**value, "within": {"default": value["within"]}}
        return value


class LeaveOut(Part):
    where: str
    reason: Name


class Target(Part):
    """Exactly one of the three; `between` is two-sided, both ends included."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    between: tuple[Amount, Amount] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(x is not None for x in (self.at_least, self.at_most, self.between)) != 1:
            raise ValueError("a target has exactly one of at_least, at_most, between")
        return self

    @property
    def kind(self) -> Literal["at_least", "at_most", "between"]:
        return "at_least" if self.at_least is not None else "at_most" if self.at_most is not None else "between"

    @property
    def bounds(self) -> tuple[Quantity, ...]:
        one = self.at_least or self.at_most
        return (one,) if one is not None else (self.between or ())


class Value(Part):
    """A percentile or mean over records: `of` is `elapsed` (service seconds) or the name of a number column."""

    percentile: Annotated[int, Field(ge=1, le=100)] | None = None
    mean: bool = False
    of: str = "elapsed"
    from_: Annotated[str, Field(alias="from")] = "opened_at"
    to: str = "resolved_at"
    calendar: Key | None = None
    pauses: tuple[Side, ...] = ("client",)

    @model_validator(mode="after")
    def _one_statistic(self) -> Self:
        if (self.percentile is not None) == self.mean:
            raise ValueError("a value has exactly one of percentile (1 to 100) and mean: true")
        return self


class Availability(Part):
    component: Key
    planned: Literal["left out", "counted"] = "left out"
    calendar: Key | None = None


class Reported(Part):
    """A figure that comes from elsewhere; the last one of the period counts unless `take` says otherwise."""

    unit: str = ""
    take: Literal["last", "mean", "sum"] = "last"


class Fact(Part):
    """k of n handed in with its counts; it scores 1 + 4k/n and needs no target."""

    unit: str = ""


class Measure(Part):
    key: Key
    name: Name
    sub_area: Key
    count: Count = Count()
    kept_when: str | Within | None = None
    value: Value | None = None
    availability: Availability | None = None
    reported: Reported | None = None
    fact: Fact | None = None
    leave_out: tuple[LeaveOut, ...] = ()
    counted_by: CountedBy | None = None
    target: Target | None = None
    curve: dict[Annotated[Fraction, BeforeValidator(lambda v: Fraction(str(v)))], Amount] | None = None
    weight: Weight = Fraction(1)
    critical: bool = False
    groups: tuple[Key, ...] = ()
    credit: Credit | None = None

    @property
    def kind(self) -> Literal["share", "value", "availability", "reported", "fact"]:
        for name in ("value", "availability", "reported", "fact"):
            if getattr(self, name) is not None:
                return name  # type: ignore[return-value]
        return "share"


class Hours(Part):
    """A service calendar as written; `engine.clock.ServiceCalendar.from_spec` gives it its meaning."""

    timezone: Key
    hours: dict[str, Any]
    holidays: dict[str, Any] | tuple[date, ...] | None = None
    overrides: dict[date, Any] = {}


class SubArea(Part):
    key: Key
    name: Name
    weight: Weight = Fraction(1)


class Area(Part):
    key: Key
    name: Name
    weight: Weight = Fraction(1)
    sub_areas: Annotated[tuple[SubArea, ...], Field(min_length=1)]


class Grades(Part):
    """Lowest total for each grade; strictly falling from A, so that there is no gap and no overlap."""

    A: Fraction = Fraction(9, 2)
    B: Fraction = Fraction(7, 2)
    C: Fraction = Fraction(5, 2)
    D: Fraction = Fraction(3, 2)
    F: Fraction = Fraction(1)


class EnoughData(Part):
    coverage: Percent = Fraction(1, 2)
    records: Annotated[int, Field(ge=0)] = 20


class Ceilings(Part):
    """Stated holds on a score: an area with a critical miss, a total with fewer targets met than missed."""

    critical_missed: Fraction = Fraction(12, 5)
    fewer_met_than_missed: Fraction = Fraction(17, 5)


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
    areas: Annotated[tuple[Area, ...], Field(min_length=1)] = Field(default_factory=default_areas)
    grades: Grades = Grades()
    enough_data: EnoughData = EnoughData()
    ceilings: Ceilings = Ceilings()


class Version(Part):
    """What is in force from a day on, until the next version."""

    from_: Annotated[date, Field(alias="from")]
    fee: Fee | None = None
    credits: CreditTerms | None = None
    calendars: dict[str, Hours] = {}
    priorities: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()
    measures: tuple[Measure, ...] = ()
    scorecard: ScorecardTerms = Field(default_factory=ScorecardTerms)


class Contract(Part):
    """One contract file. Exactly one of client, clients, every; versions in rising order of `from`."""

    keepscore: Literal["1"]
    contract: Key = "main"
    vendor: Name | None = None
    client: Client | None = None
    clients: tuple[Client, ...] | None = None
    every: Every | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    ends: date | None = None
    notice: date | None = None
    year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    sample: bool = False
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

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

