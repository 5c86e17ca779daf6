"""Percentiles as the database selects them, against the rule: the value at rank ceil(P n / 100) of n values."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from keepscore.engine.backend.session import Session, nearest_rank
from keepscore.engine.tables import RECORDS, VALUE, Tables

MOST = 120


@pytest.mark.parametrize("kind", [pa.int64(), VALUE])
@pytest.mark.parametrize("percent", [1, 7, 29, 50, 57, 58, 90, 95, 99, 100])
def test_the_value_selected_is_the_one_at_the_nearest_rank(percent: int, kind: pa.DataType) -> None:
    pairs = [(n, value) for n in range(1, MOST + 1) for value in range(n, 0, -1)]
    table = pa.table({"n": pa.array([n for n, _ in pairs]), "v": pa.array([Decimal(v) for _, v in pairs]).cast(VALUE).cast(kind)})
    with Session(Tables(records=RECORDS.empty_table())) as session:
        session.add("figures", table)
        asked = session.ask(
            ("ranks", percent, str(kind)), lambda: (t := session.table("figures")).group_by("n").agg(v=nearest_rank(t.v, percent))
        )
    found = dict(zip(asked["n"].to_pylist(), asked["v"].to_pylist(), strict=True))
    assert found == {n: -(-percent * n // 100) for n in range(1, MOST + 1)}
