"""Text to exact numbers: ASCII digits, an optional minus, the declared decimal mark; no thousands marks, no exponent."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import Figure, say
from keepscore.engine.tables import QUANTITY, VALUE
from keepscore.records.checks.distinct import distinct
from keepscore.records.checks.errors import Errors, Mask
from keepscore.records.mapping_kinds import Kind

_RULES = {
    "quantity": (QUANTITY, 6, 0, 10**12, "a quantity is a number from 0 to 1,000,000,000,000 with at most 6 decimals"),
    "number": (VALUE, 9, -(10**15), 10**15, say("a number lies between -10^15 and 10^15 and has at most 9 decimals")),
    "effort": (pa.int64(), 0, 0, 5_256_000, say("effort is a whole number of minutes from 0 to %(most)s", most=Figure("5,256,000"))),
}


def parse_numbers(column: pa.Array, *, kind: Kind, name: str, mark: str, errors: Errors) -> pa.Array:
    """Exact numbers of the kind's Arrow type; null where blank or wrong, and then an error is added."""
    target, places, least, most, wanted = _RULES[kind]
    spread = distinct(column)
    values = spread.values
    pattern = rf"^-?(\d+({_escaped(mark)}\d+)?|{_escaped(mark)}\d+)$"
    fits = pc.match_substring_regex(values, pattern).fill_null(True)
    errors.add(spread.mask(~_numpy(fits)), name, "number_format", column, _written(mark, f"1234{mark}5" if places else "90"))
    plain = pc.if_else(fits, values, pa.scalar(None, pa.string()))
    if mark != ".":
        plain = pc.replace_substring(plain, mark, ".")
    plain = pc.replace_substring_regex(plain, r"^(-?)0*([1-9][0-9]*|0)(\.|$)", r"\1\2\3")
    plain = _leading_zero(plain)
    plain = pc.replace_substring_regex(plain, r"(\.\d*?)0+$", r"\1")
    plain = pc.utf8_rtrim(plain, ".")
    small = pc.match_substring_regex(plain, rf"^-?\d{{1,16}}(\.\d{{1,{max(places, 1)}}})?$" if places else r"^-?\d{1,16}$").fill_null(True)
    exact = pc.if_else(small, plain, pa.scalar(None, pa.string())).cast(pa.decimal128(28, 9))
    wide = pa.decimal128(28, 9)
    inside = pc.and_(pc.greater_equal(exact, pa.scalar(least, wide)), pc.less_equal(exact, pa.scalar(most, wide)))
    beyond = ~_numpy(small) | ~_numpy(inside.fill_null(True))
    errors.add(spread.mask(beyond), name, "out_of_range", column, wanted)
    return spread.rows(pc.if_else(inside, exact, pa.scalar(None, wide)).cast(target))


def _written(mark: str, such_as: str) -> str:
    return say("write digits, a minus if needed and the decimal mark %(mark)s, such as %(number)s; "
               "no thousands marks, no exponent, no unit", mark=repr(mark), number=such_as)  # fmt: skip


def _escaped(mark: str) -> str:
    return r"\." if mark == "." else mark


def _leading_zero(plain: pa.Array) -> pa.Array:
    bare = pc.match_substring_regex(plain, r"^-?\.")
    return pc.if_else(bare, pc.replace_substring(plain, ".", "0.", max_replacements=1), plain)


def _numpy(mask: pa.Array) -> Mask:
    found: Mask = mask.to_numpy(zero_copy_only=False)
    return found
