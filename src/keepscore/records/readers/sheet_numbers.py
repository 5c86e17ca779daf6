"""Binary numbers as a person would write them."""

from __future__ import annotations

import math
from decimal import Decimal


def number_text(number: float) -> str:
    """Up to 15 digits, as a spreadsheet keeps them, without an exponent; what is no number keeps its name."""
    if isinstance(number, float) and not math.isfinite(number):
        return str(number)
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return str(int(number))
    return f"{Decimal(f'{number:.15g}'):f}"
