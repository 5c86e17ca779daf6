"""Moments by whole columns, compared with Python reading one at a time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from keepscore.engine.clock.zones import zone
from keepscore.records.checks.formats import Form, compile_form
from keepscore.records.checks.moments import parse_moments, reasons


def read_all(texts: list[str], forms: tuple[Form, ...], name: str | None) -> list[int | str]:
    """Seconds since 1970, or the reason."""
    found = parse_moments(pa.array(texts, pa.string()), forms=forms, zone=zone(name) if name else None, day="start")
    return [
        int(found.seconds[at]) if found.known[at] else next(reason for reason in reasons() if found.failed(reason)[at])
        for at in range(len(texts))
    ]


def one(local: datetime, name: str) -> int | str:
    """The slow way: try both readings of the wall clock, keep those that come back to it."""
    tries = {local.replace(tzinfo=zone(name), fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = [at for at in tries if at.astimezone(zone(name)).replace(tzinfo=None) == local]
    return int(real[0].timestamp()) if len(real) == 1 else "dst_ambiguous" if real else "dst_nonexistent"


@pytest.mark.parametrize("name", ["Europe/London", "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu"])
def test_wall_clocks_are_read_as_python_reads_them_one_by_one(name: str) -> None:
    chance = random.Random(7)
    changes = [datetime.fromisoformat(day) for day in ("2025-03-30", "2025-10-26", "2025-04-06", "2025-10-05", "2025-03-09", "2025-11-02")]
    moments = [chance.choice(changes) + timedelta(minutes=chance.randrange(-300, 600)) for _ in range(1_500)]
    moments += [datetime.fromisoformat("2020-01-01") + timedelta(seconds=chance.randrange(10**8)) for _ in range(1_500)]
    layouts = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%b-%Y %I:%M:%S %p")
    forms = tuple(compile_form(text) for text in ("iso", *layouts[2:]))
    texts = [moment.strftime(chance.choice(layouts)) for moment in moments]
    assert read_all(texts, forms, name) == [one(moment, name) for moment in moments]


def test_offsets_are_read_as_python_reads_them_one_by_one() -> None:
    chance = random.Random(8)
    texts = []
    for _ in range(2_000):
        moment = datetime.fromisoformat("1999-01-01") + timedelta(seconds=chance.randrange(3 * 10**9))
        sign, hours, minutes = chance.choice("+-"), chance.randrange(15), chance.choice((0, 30, 45))
        offset = chance.choice(("Z", f"{sign}{hours:02}:{minutes:02}", f"{sign}{hours:02}{minutes:02}"))
        texts.append(moment.isoformat(timespec=chance.choice(("minutes", "seconds", "milliseconds"))) + offset)
    assert read_all(texts, (), None) == [int(datetime.fromisoformat(text).timestamp() // 1) for text in texts]


def test_every_day_of_four_hundred_years_is_a_day_and_no_other_is() -> None:
    texts = [f"{year}-{month:02}-{day:02}T00:00Z" for year in range(1900, 2301, 7) for month in range(0, 14) for day in range(0, 33)]

    def known(text: str) -> int | str:
        try:
            return int(datetime.fromisoformat(text).timestamp())
        except ValueError:
            return "date_invalid"

    assert read_all(texts, (), None) == [known(text) for text in texts]
