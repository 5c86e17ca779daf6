"""One text for one value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from keepscore.engine.results import Ratio
from keepscore.evidence.canonical import NotCanonical, canonical, digest, read, readable


def test_equal_values_give_equal_bytes_whatever_the_order_of_their_keys():
    assert canonical({"b": 1, "a": "é", "c": [True, None]}) == canonical({"c": [True, None], "a": "é", "b": 1})
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


def test_exact_values_stay_exact():
    assert canonical(Fraction(1, 3)) == b'"1/3"'
    assert canonical([datetime(2026, 3, 1, 9, tzinfo=UTC), date(2026, 3, 1)]) == b'["2026-03-01T09:00:00Z","2026-03-01"]'
    assert canonical(Ratio(2**53, 7)) == b'{"denominator":7,"numerator":"9007199254740992"}'


def test_another_spelling_of_the_same_value_is_refused():
    assert read(b'{"a":1}', name="x.json") == {"a": 1}
    for data in (b'{"a": 1}', b'{"a":1}\n', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":', b"\xff"):
        with pytest.raises(NotCanonical, match=r"x\.json"):
            read(data, name="x.json")


def test_the_readable_form_keeps_the_order_given():
    assert readable({"what": "é", "a": [1]}) == '{\n  "what": "é",\n  "a": [\n    1\n  ]\n}\n'.encode()


def test_a_digest_is_sha_256():
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
