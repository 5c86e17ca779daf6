"""Text to moments: seconds since 1970 in UTC, never by a guess of order or zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from keepscore.engine.clock.zones import offsets
from keepscore.records.checks.civil import DAY, days_since_1970
from keepscore.records.checks.distinct import distinct
from keepscore.records.checks.formats import ISO, MONTHS, Form, looks_like_a_date
from keepscore.records.checks.iso import Reading, read_layouts

Seconds = NDArray[np.int64]
Day = Literal["start", "end"]   # what a day without a time means: its first second or its last
_REASONS = ("", "date_format", "date_invalid", "date_ambiguous", "tz_missing", "dst_nonexistent", "dst_ambiguous")
_CODE = {reason: code for code, reason in enumerate(_REASONS)}


@dataclass(frozen=True, slots=True)
class Moments:
    """Seconds since 1970 where `known`; else the number of a reason (0 where the cell was blank)."""

    seconds: Seconds
    known: NDArray[np.bool_]
    code: NDArray[np.int8]

    def failed(self, reason: str) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.code == _CODE[reason]
        return found


def reasons() -> tuple[str, ...]:
    return _REASONS[1:]


def parse_moments(values: pa.Array, *, forms: Sequence[Form], zone: ZoneInfo | None, day: Day) -> Moments:
    """Each value by the one form that fits it; two forms that give different moments are ambiguous.

    `forms` empty means ISO 8601. A blank (null) stays unknown with code 0.
    """
    spread = distinct(values)
    whole = _parse(spread.values, tuple(forms) or (ISO,), zone, day, declared=bool(forms))
    whole.code[pc.is_null(spread.values).to_numpy(zero_copy_only=False)] = 0
    if spread.index is None:
        return whole
    index = spread.index
    return Moments(np.append(whole.seconds, 0)[index], np.append(whole.known, False)[index], np.append(whole.code, np.int8(0))[index])


def _parse(values: pa.Array, forms: tuple[Form, ...], zone: ZoneInfo | None, day: Day, *, declared: bool) -> Moments:
    size = len(values)
    result = Moments(np.zeros(size, np.int64), np.zeros(size, np.bool_), np.full(size, _CODE["date_format"], np.int8))
    for rows, one in (found for form in forms for found in _readings(values, form, zone, day)):
        clash = result.known[rows] & one.known & (result.seconds[rows] != one.seconds)
        take = ~result.known[rows] & (one.known | (result.code[rows] == _CODE["date_format"]))
        result.seconds[rows[take]] = one.seconds[take]
        result.known[rows[take]] = one.known[take]
        result.code[rows[take]] = one.code[take]
        result.known[rows[clash]] = False
        result.code[rows[clash]] = _CODE["date_ambiguous"]
    if not declared:
        for index in np.flatnonzero(result.code == _CODE["date_format"]):
            if looks_like_a_date(values[int(index)].as_py() or ""):
                result.code[index] = _CODE["date_ambiguous"]
    return result


def _readings(values: pa.Array, form: Form, zone: ZoneInfo | None, day: Day) -> Iterator[tuple[Seconds, Moments]]:
    """The rows that have this form, with their moments; each row once."""
    rest = np.ones(len(values), np.bool_)
    if form is ISO:
        for reading in read_layouts(values):
            rest[reading.rows] = False
            yield reading.rows, _moments(reading, np.ones(len(reading.rows), np.bool_), zone, day)
    remaining = np.flatnonzero(rest)
    if len(remaining):
        some = values if rest.all() else values.take(pa.array(remaining))
        reading, timed = _by_form(some, form)
        yield remaining[reading.rows], _moments(reading, timed, zone, day)


def _by_form(values: pa.Array, form: Form) -> tuple[Reading, NDArray[np.bool_]]:
    """The rows that match the form's pattern, and whether they name a time."""
    parts = pc.extract_regex(values, pattern=form.pattern)
    rows = np.flatnonzero(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    parts = parts.take(pa.array(rows))
    group = {name: parts.field(name) for name in form.groups}
    days, sound = _days(group)
    clock, sound_clock, timed = _clock(group, len(rows))
    shift, zoned, sound_zone = _zone(group, len(rows))
    return Reading(rows, days * DAY + clock, shift, zoned, sound & sound_clock & sound_zone), timed


def _moments(reading: Reading, timed: NDArray[np.bool_], zone: ZoneInfo | None, day: Day) -> Moments:
    code = np.where(reading.sound, 0, _CODE["date_invalid"]).astype(np.int8)
    seconds = reading.local - reading.shift
    open_ = (code == 0) & ~reading.zoned
    if zone is None:
        code[open_] = _CODE["tz_missing"]
    elif open_.any():
        _localise(seconds, code, reading.local, timed, open_, zone, day)
    return Moments(seconds, code == 0, code)


def _int(group: dict[str, pa.Array], name: str, blank: int) -> NDArray[np.int64]:
    text = group[name]
    numbers: NDArray[np.int64] = pc.if_else(pc.equal(text, ""), str(blank), text).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _days(group: dict[str, pa.Array]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Days since 1970 and whether there is such a day. Two-digit years: 69–99 are 19xx, 00–68 are 20xx (POSIX)."""
    if "short" in group:
        short = _int(group, "short", 0)
        year = short + np.where(short >= 69, 1900, 2000)
    else:
        year = _int(group, "year", 0)
    month = _month(group["name"]) if "name" in group else _int(group, "month", 0)
    day = _int(group, "day", 0)
    return days_since_1970(year, month, day)


def _month(names: pa.Array) -> NDArray[np.int64]:
    lower = pc.utf8_lower(names)
    full = pc.index_in(lower, pa.array(MONTHS)).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    short = pc.index_in(lower, pa.array([name[:3] for name in MONTHS])).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    months: NDArray[np.int64] = np.maximum(full, short) + 1
    return months


def _clock(group: dict[str, pa.Array], size: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Seconds of the day, whether there is such a time, and whether a time was given at all."""
    nothing = np.zeros(size, np.int64)
    if not {"hour", "twelve"} & set(group):
        return nothing, np.ones(size, np.bool_), np.zeros(size, np.bool_)
    name = "hour" if "hour" in group else "twelve"
    timed = pc.not_equal(group[name], "").to_numpy(zero_copy_only=False)
    hour = _int(group, name, 0 if name == "hour" else 12)
    sound = (hour < 24) if name == "hour" else (hour >= 1) & (hour <= 12)
    if name == "twelve":
        late = pc.equal(pc.utf8_lower(group["half"]), "pm").to_numpy(zero_copy_only=False)
        hour = hour % 12 + np.where(late, 12, 0)
    minute = _int(group, "minute", 0) if "minute" in group else nothing
    second = _int(group, "second", 0) if "second" in group else nothing
    return hour * 3600 + minute * 60 + second, sound & (minute < 60) & (second < 60), timed


def _zone(group: dict[str, pa.Array], size: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Seconds ahead of UTC, whether an offset was given, and whether it can be one (at most 18 hours)."""
    if "zone" not in group:
        return np.zeros(size, np.int64), np.zeros(size, np.bool_), np.ones(size, np.bool_)
    text = pc.replace_substring(group["zone"], ":", "")
    given = pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    plain = pc.if_else(pc.is_in(text, pa.array(["", "Z", "z"])), "+0000", text)
    hours = pc.utf8_slice_codeunits(plain, 1, 3).cast(pa.int64()).to_numpy(zero_copy_only=False)
    minutes = pc.utf8_slice_codeunits(plain, 3, 5).cast(pa.int64()).to_numpy(zero_copy_only=False)
    sign = np.where(pc.starts_with(plain, "-").to_numpy(zero_copy_only=False), -1, 1)
    return sign * (hours * 3600 + minutes * 60), given, (hours <= 18) & (minutes < 60)


def _localise(
    seconds: Seconds, code: NDArray[np.int8], local: Seconds, timed: NDArray[np.bool_], rows: NDArray[np.bool_], zone: ZoneInfo, day: Day
) -> None:
    """Local wall-clock seconds to UTC, in place. A day without a time always has a first and a last second."""
    begins, shifts = _segments(zone, local[rows])
    first, last = _covering(local, begins, shifts)
    code[rows & timed & (first > last)] = _CODE["dst_nonexistent"]
    code[rows & timed & (first < last)] = _CODE["dst_ambiguous"]
    plain = rows & timed
    seconds[plain] = (local - shifts[first])[plain]
    dated = rows & ~timed
    if dated.any():
        midnight = _midnight(local, begins, shifts) if day == "start" else _midnight(local + DAY, begins, shifts) - 1
        seconds[dated] = midnight[dated]


def _segments(zone: ZoneInfo, local: Seconds) -> tuple[Seconds, Seconds]:
    """Spans of one offset each: the UTC second from which it applies, and the offset."""
    start = datetime.fromtimestamp(max(int(local.min()) - 3 * DAY, -2_208_988_800), UTC)
    end = datetime.fromtimestamp(min(int(local.max()) + 4 * DAY, 5_680_281_600), UTC)
    spans = offsets(zone, start, end)
    return np.array([at for at, _ in spans], np.int64), np.array([shift for _, shift in spans], np.int64)


def _covering(local: Seconds, begins: Seconds, shifts: Seconds) -> tuple[Seconds, Seconds]:
    """First and last span whose local clock shows this time: equal when it happens once, first > last when it never does."""
    local_end = np.append(begins[1:] + shifts[:-1], np.iinfo(np.int64).max)
    local_start = np.concatenate([[np.iinfo(np.int64).min], begins[1:] + shifts[1:]])
    return np.searchsorted(local_end, local, "right"), np.searchsorted(local_start, local, "right") - 1


def _midnight(local: Seconds, begins: Seconds, shifts: Seconds) -> Seconds:
    """UTC second at which a local day begins: after a skipped midnight the moment of the change, of two midnights the first."""
    first, last = _covering(local, begins, shifts)
    return np.where(first > last, begins[first], local - shifts[np.minimum(first, last)])
