"""A result read back from its JSON is the result."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepscore.engine.results import MeasureResult, Past, Ratio, Scorecard, to_json
from keepscore.evidence.canonical import canonical
from keepscore.evidence.decode import Undecodable, decode

MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (as Hypothesis asks for it)
st.register_type_strategy(datetime, MOMENTS.map(lambda at: at.replace(microsecond=0)))
st.register_type_strategy(Fraction, st.fractions())
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.from_type(Scorecard), st.from_type(MeasureResult), st.from_type(Past)))
def test_what_was_written_is_read_back_equal(result):
    assert decode(type(result), json.loads(canonical(result))) == result


def test_a_shape_that_does_not_fit_is_named():
    with pytest.raises(Undecodable, match=r"Ratio\.numerator: found '1/2', int is expected"):
        decode(Ratio, {"numerator": "1/2", "denominator": 1})
    with pytest.raises(Undecodable, match=r"Ratio: found .* exactly denominator, numerator"):
        decode(Ratio, {"numerator": 1})
    with pytest.raises(Undecodable, match=r"Ratio\.numerator: found 'True'"):
        decode(Ratio, {"numerator": True, "denominator": 1})
    assert decode(Ratio, to_json(Ratio(3, 4))) == Ratio(3, 4)
