"""Days and offsets by arithmetic over whole columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepscore.records.checks.errors import Mask

Numbers = NDArray[np.int64]
DAY = 86_400
_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def days_since_1970(year: Numbers, month: Numbers, day: Numbers) -> tuple[Numbers, Mask]:
    """Days since 1970-01-01 in the Gregorian calendar, and whether there is such a day."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _LENGTHS[np.clip(month, 0, 12)] + (leap & (month == 2))
    sound: Mask = (month >= 1) & (month <= 12) & (day >= 1) & (day <= length) & (year >= 1)
    shifted = year - (month <= 2)   # years that begin in March put the leap day last
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    days: Numbers = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    return days, sound
