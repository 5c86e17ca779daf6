"""Text to exact amounts: percents, durations, numbers. Nothing is ever a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,3})?\s*[smhd]\s*)+", re.ASCII)
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.ASCII)
_NO_TIME = re.compile(r"0\s*[smhd]", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Duration:
    """A limit for one record: either seconds of (service) time or whole days, never both.

    Days mean working days where a calendar applies (ending at the close of the last one), else 24 hours each.
    """

    seconds: int = 0
    days: int = 0

    def __str__(self) -> str:
        if self.days:
            return f"{self.days}d"
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        parts = [f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if n]
        return " ".join(parts) or "0s"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount with its unit: "%" (value 0.92 for 92 %), "s" (seconds) or "" (a plain number)."""

    value: Fraction
    unit: str


def parse_percent(text: object) -> Fraction:
    """"92%" is 23/25. Raises ValueError where it is not a percent of 0 or more."""
    if isinstance(text, Fraction):
        return text
    return parse_quantity(text, units=("%",)).value


def parse_duration(text: object) -> Duration:
    """"90m", "4h", "1h 30m", "2d" (days stand alone). Raises ValueError otherwise."""
    if isinstance(text, Duration):
        return text
    return _duration(str(text).strip())


@lru_cache(maxsize=4096)
def _duration(raw: str) -> Duration:
    if not _DURATION.fullmatch(raw):
        raise ValueError("a duration is a number with s, m, h or d, such as 90m, 4h, 1h 30m or 2d")
    pieces = _PIECE.findall(raw)
    if any(unit == "d" for _, unit in pieces):
        if len(pieces) > 1 or "." in pieces[0][0]:
            raise ValueError("days stand alone and are whole, such as 2d; write 36h for a day and a half")
        return Duration(days=_above_zero(int(pieces[0][0])))
    seconds = sum(Fraction(number) * _SECONDS[unit] for number, unit in pieces)
    if seconds.denominator != 1:
        raise ValueError("a duration is a whole number of seconds")
    return Duration(seconds=_above_zero(int(seconds)))


def parse_quantity(text: object, units: tuple[str, ...] = ("%", "s", "")) -> Quantity:
    """A percent, a duration (in seconds; a day is 24 hours here) or a plain number, exactly."""
    if isinstance(text, Quantity):
        return text
    return _quantity(str(text).strip(), units)


@lru_cache(maxsize=4096)
def _quantity(raw: str, units: tuple[str, ...]) -> Quantity:
    if raw.endswith("%") and "%" in units and _NUMBER.fullmatch(raw[:-1].strip()):
        return Quantity(_not_negative(Fraction(raw[:-1].strip()) / 100), "%")
    if _NUMBER.fullmatch(raw) and "" in units:
        return Quantity(Fraction(raw), "")
    if "s" in units and _NO_TIME.fullmatch(raw):
        return Quantity(Fraction(0), "s")  # no distance from a target, the best point of a two-sided curve
    if "s" in units and _DURATION.fullmatch(raw):
        duration = parse_duration(raw)
        return Quantity(Fraction(duration.seconds + duration.days * 86400), "s")
    wanted = {"%": "a percent such as 92%", "s": "a duration such as 6h", "": "a number such as 4.2"}
    raise ValueError("write " + " or ".join(wanted[unit] for unit in units))


def _above_zero(number: int) -> int:
    if number <= 0:
        raise ValueError("a limit is longer than nothing")
    return number


def _not_negative(value: Fraction) -> Fraction:
    if value < 0:
        raise ValueError("a percent is 0 or more")
    return value
