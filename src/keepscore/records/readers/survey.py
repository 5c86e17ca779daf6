"""One pass over the bytes of a CSV before it is parsed: quotes, rows, NUL bytes. Piece by piece, so that it stays small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepscore.records.checks.errors import FileRefused
from keepscore.records.readers.raw import Limits, check_count

_STEP = 1 << 23
_QUOTE, _FEED, _RETURN = 34, 10, 13
Places = NDArray[np.int64]


def survey(text: bytes, mark: str, limits: Limits) -> None:
    """Raises FileRefused for quotes that do not open and close whole cells, for NUL bytes, and for too many rows.

    A quote opens only at the start of a cell and closes only at its end; doubled quotes inside stand for one.
    """
    whole = np.frombuffer(text, np.uint8)
    quotes, rows, last = 0, 0, (0, 0)       # quotes and row ends so far; place and row of the last opening quote
    for start in range(0, len(whole), _STEP):
        piece = whole[start:start + _STEP]
        found = np.flatnonzero(piece == _QUOTE)
        ends = _ends(whole, start, piece)
        outside = ends[(np.searchsorted(found, ends) + quotes) % 2 == 0]
        nul = np.flatnonzero(piece == 0)
        if len(nul):
            raise FileRefused("control_char", "found a NUL byte; text files hold none", row=_row(rows, outside, nul[0]), value="\0")
        bad = _misplaced(whole, start + found, quotes % 2, ord(mark))
        if bad is not None:
            raise FileRefused(
                "csv_structure", "found a quote inside a cell; put the cell into quotes and double the quotes inside it",
                row=_row(rows, outside, bad - start), value=text[max(bad - 20, 0):bad + 20].decode(errors="replace"),
            )
        opening = found[quotes % 2::2]
        if len(opening):
            last = (start + int(opening[-1]), _row(rows, outside, opening[-1]))
        quotes, rows = quotes + len(found), rows + len(outside)
    if quotes % 2:
        raise FileRefused("csv_structure", "found a quote that is never closed; close it, or double quotes inside a cell", row=last[1])
    if rows > limits.rows + 1:
        check_count(rows - 1, limits)


def _ends(whole: NDArray[np.uint8], start: int, piece: NDArray[np.uint8]) -> Places:
    """Places in the piece at which a line ends: line feed, carriage return, or both together (counted at the feed)."""
    feeds = np.flatnonzero(piece == _FEED)
    returns = np.flatnonzero(piece == _RETURN)
    if not len(returns):
        return feeds
    after = whole[np.minimum(returns + start + 1, len(whole) - 1)]
    returns = returns[after != _FEED]
    return np.sort(np.concatenate([returns, feeds])) if len(returns) else feeds


def _misplaced(whole: NDArray[np.uint8], quotes: Places, odd: int, mark: int) -> int | None:
    """The first quote that opens inside a cell or closes before its end; `odd` is 1 inside quotes."""
    opens, closes = quotes[odd::2], quotes[1 - odd::2]
    edge = np.zeros(256, np.bool_)
    edge[[mark, _FEED, _RETURN, _QUOTE]] = True     # a quote before an opening one is the first half of a doubled quote
    stray = opens[(opens > 0) & ~edge[whole[np.maximum(opens - 1, 0)]]]
    early = closes[(closes + 1 < len(whole)) & ~edge[whole[np.minimum(closes + 1, len(whole) - 1)]]]
    places = [int(found[0]) for found in (stray, early) if len(found)]
    return min(places, default=None)


def _row(rows: int, ends: Places, at: int | np.int64) -> int:
    return rows + int(np.searchsorted(ends, at)) + 1
