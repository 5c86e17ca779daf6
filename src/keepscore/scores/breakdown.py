"""Where the misses are: the same share for each value of a column, most misses first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from keepscore.documents.charts_rows import bar
from keepscore.engine.results import MeasureResult
from keepscore.scores.describing import column as column_name
from keepscore.web import figures

SHOWN = 8  # rows of one table; the rest is one link to the records
MOST = 60  # a column with more values than this tells nothing as a table


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    missed: int
    share: str
    is_worse: bool  # than the target
    bar: str
    key: str  # its value in the filter of the records; "" is a blank one
    is_on: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    name: str  # "By site"
    column: str
    parts: tuple[Part, ...]
    more: int  # values that are not shown
    more_missed: int


def breakdowns(
    rows: pa.Table, result: MeasureResult, columns: Sequence[str], *, functions: dict[str, str], on: tuple[str, str | None]
) -> tuple[Breakdown, ...]:
    """One table for each column that has more than one value, or any value where the contract asks for it."""
    counted = rows.filter(pc.is_in(rows["outcome"], value_set=pa.array(["kept", "missed"])))
    found = [_breakdown(counted, result, column, functions=functions, on=on) for column in columns if column in rows.column_names]
    return tuple(item for item in found if item is not None)


def columns_of(groups: Sequence[str]) -> tuple[str, ...]:
    """Those the contract groups by first, then what every record has."""
    return tuple(dict.fromkeys([*groups, "site", "function", "priority"]))


def _breakdown(
    rows: pa.Table, result: MeasureResult, column: str, *, functions: dict[str, str], on: tuple[str, str | None]
) -> Breakdown | None:
    if rows.schema.field(column).type != pa.string():
        return None
    coded = pc.dictionary_encode(pc.fill_null(rows[column], "")).combine_chunks()
    values = coded.dictionary.to_pylist()
    if not 2 <= len(values) <= MOST:
        return None
    at = coded.indices.to_numpy()
    is_missed = pc.equal(rows["outcome"], "missed").to_numpy(zero_copy_only=False)
    missed = np.bincount(at, weights=is_missed, minlength=len(values)).astype(int).tolist()
    whole = np.bincount(at, minlength=len(values)).tolist()
    ordered = sorted(zip(values, missed, whole, strict=True), key=lambda item: (-item[1], item[0]))
    most = max(ordered[0][1], 1)
    named = functions if column == "function" else {}
    parts = tuple(_part(item, result, column, most=most, named=named, on=on) for item in ordered[:SHOWN])
    rest = ordered[SHOWN:]
    return Breakdown(_("By %(column)s") % {"column": column_name(column)}, column, parts, len(rest), sum(item[1] for item in rest))


def _part(
    item: tuple[str, int, int], result: MeasureResult, column: str, *, most: int, named: dict[str, str], on: tuple[str, str | None]
) -> Part:
    value, missed, whole = item
    share = Fraction(missed, whole)
    return Part(
        name=named.get(value, value) or _("blank"), missed=missed, share=figures.amount(share, "%", _allowed(result)),
        is_worse=_is_worse(share, result), bar=bar(missed / most), key=value,
        is_on=on[0] == column and (on[1] or "") == value,
    )  # fmt: skip


def _allowed(result: MeasureResult) -> tuple[Fraction, ...]:
    if result.target_kind == "at_least":
        return (1 - result.target[0],)
    return result.target if result.target_kind == "at_most" else ()


def _is_worse(share: Fraction, result: MeasureResult) -> bool:
    allowed = _allowed(result)
    return bool(allowed) and share > allowed[0]
