"""The kinds of value that a contract is written in: each reads text, is exact inside, and writes the same text back."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema

from keepscore.engine.contract.quantities import Duration, Quantity, parse_duration, parse_percent, parse_quantity

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def decimal_text(value: Fraction | Decimal) -> str:
    """The shortest decimal text of an exact number: 0.92, 48000, 4.5."""
    if value == (whole := int(value)):
        return str(whole)  # most are, and the way through a fraction takes ten times as long
    ratio = Fraction(value)
    twos = fives = 0
    rest = ratio.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{ratio.numerator}/{ratio.denominator}"
    places = max(twos, fives)
    digits = str(abs(ratio.numerator) * 10**places // ratio.denominator).rjust(places + 1, "0")
    sign = "-" if ratio < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def percent_text(value: Fraction) -> str:
    return decimal_text(value * 100) + "%"


def quantity_text(value: Quantity) -> str:
    if value.unit == "%":
        return percent_text(value.value)
    if value.unit == "s":
        return str(Duration(seconds=int(value.value)))
    return decimal_text(value.value)


def _percent_of_whole(text: object) -> Fraction:
    percent = parse_percent(text)
    if percent > 1:
        raise ValueError("write a percent between 0% and 100%")
    return percent


def _number(text: object) -> Fraction:
    return text if isinstance(text, Fraction) else parse_quantity(text, units=("",)).value


def _weight(text: object) -> Fraction:
    weight = _number(text)
    if weight <= 0:
        raise ValueError("a weight is a number above 0; remove the entry if it is not to count")
    return weight


def _level(text: object) -> Fraction:
    level = _number(text)
    if not 1 <= level <= 5:
        raise ValueError("write a score between 1 and 5")
    return level


def _amount_not_negative(text: object) -> Decimal:
    if isinstance(text, Decimal):
        return text
    number = parse_quantity(text, units=("",)).value
    if number < 0:
        raise ValueError("write a number of 0 or more")
    return Decimal(number.numerator) / Decimal(number.denominator)


def _day(text: object) -> date:
    if isinstance(text, date):
        return text
    try:
        if not _DAY.fullmatch(str(text)):
            raise ValueError
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("write a day as year-month-day, such as 2026-03-31") from None


def read_day(text: object) -> date | None:
    """The day that a text names, None where it names none."""
    try:
        return _day(text)
    except ValueError:
        return None


def _zone(text: object) -> object:
    from keepscore.engine.clock.zones import zone_names  # read only when a contract is

    if isinstance(text, str) and text not in zone_names():
        near = get_close_matches(text, zone_names(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write one such as Europe/London or America/New_York"
        raise ValueError(f"there is no such time zone; {hint}")
    return text


def _schema(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


_NUMBER = r"\d{1,15}(\.\d{1,9})?"
_PERCENT = r"^\d{1,15}(\.\d{1,9})?\s*%$"
_DURATION = r"(\d{1,9}(\.\d{1,3})?\s*[smhd]\s*)+"

Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Zone = Annotated[str, BeforeValidator(_zone), Field(description="a time zone such as Europe/London")]
Day = Annotated[date, BeforeValidator(_day), Field(description="a day such as 2026-03-31")]
Percent = Annotated[
    Fraction, BeforeValidator(_percent_of_whole), PlainSerializer(percent_text), _schema(_PERCENT, "a percent between 0% and 100%")
]
Weight = Annotated[Fraction, BeforeValidator(_weight), PlainSerializer(decimal_text), _schema(f"^{_NUMBER}$", "a number above 0")]
Level = Annotated[Fraction, BeforeValidator(_level), PlainSerializer(decimal_text), _schema(r"^[1-5](\.\d{1,9})?$", "a score, 1 to 5")]
Plain = Annotated[
    Decimal, BeforeValidator(_amount_not_negative), PlainSerializer(decimal_text), _schema(f"^{_NUMBER}$", "a number of 0 or more")
]
Limit = Annotated[Duration, BeforeValidator(parse_duration), PlainSerializer(str), _schema(f"^{_DURATION}$", "such as 90m, 4h, 2d")]
Amount = Annotated[
    Quantity,
    BeforeValidator(parse_quantity),
    PlainSerializer(quantity_text),
    _schema(rf"^(-?{_NUMBER}\s*%?|{_DURATION})$", "a percent such as 92%, a duration such as 6h, or a number"),
]
Whole = Annotated[int, BeforeValidator(lambda v: v if isinstance(v, int) else _whole(v))]
Side = Literal["vendor", "client", "third party"]
Per = Literal["month", "quarter", "half-year", "year"]
CountedBy = Literal["opened", "due", "resolved"]


def _whole(text: Any) -> int:
    if not re.fullmatch(r"\d{1,9}", str(text), re.ASCII):
        raise ValueError("write a whole number")
    return int(text)
