"""Tables as files."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepscore.engine.tables import MOMENT, PROMISE, QUANTITY, column_type
from keepscore.evidence.sheets import UnreadableTable, content_digest, from_parquet, harmless_text, to_csv, to_parquet

TABLE = pa.table({
    "reference": pa.array(["T-1", "=1+1", None]),
    "at": pa.array([datetime(2026, 3, 29, 1, 30, 5, tzinfo=UTC), None, None], MOMENT),
    "quantity": pa.array([Decimal("2.5"), Decimal("-1"), None], QUANTITY),
    "accepted": pa.array([True, False, None]),
})


def test_parquet_gives_back_the_rows_and_is_the_same_each_time():
    assert from_parquet(to_parquet(TABLE), name="x").equals(TABLE)
    assert to_parquet(TABLE) == to_parquet(pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)]))


def test_the_content_digest_does_not_depend_on_who_wrote_the_file():
    other = io.BytesIO()
    pq.write_table(TABLE, other, compression="snappy", row_group_size=1, use_dictionary=False)
    assert other.getvalue() != to_parquet(TABLE)
    assert content_digest(from_parquet(other.getvalue(), name="x")) == content_digest(TABLE)


def test_the_content_digest_sees_values_blanks_types_and_names():
    blank = TABLE.set_column(0, "reference", pa.array(["T-1", "=1+1", ""]))
    typed = TABLE.set_column(3, "accepted", pa.array(["true", "false", None]))
    named = TABLE.rename_columns(["ref", "at", "quantity", "accepted"])
    assert len({content_digest(table) for table in (TABLE, blank, typed, named, TABLE.slice(1))}) == 5


def test_a_promise_stays_a_promise_in_the_file():
    item = pa.field("promised_at", MOMENT, metadata=PROMISE)
    promised = pa.table([TABLE["at"]], schema=pa.schema([item]))
    assert column_type(from_parquet(to_parquet(promised), name="x").schema.field(0)) == "promise"
    assert content_digest(promised) != content_digest(TABLE.select(["at"]).rename_columns(["promised_at"]))


def test_the_reading_copy_cannot_run_in_a_sheet_program():
    assert to_csv(TABLE).decode() == (
        "reference,at,quantity,accepted\r\n"
        "T-1,2026-03-29T01:30:05Z,2.500000,true\r\n"
        "'=1+1,,-1.000000,false\r\n"
        ",,,\r\n"
    )
    for text in ("=1", "+1", "-1", "@a", "\ta", "\ra", "＝1", "＋1", "－1", "＠a", "  =1"):
        assert harmless_text(text) == f"'{text}"
    for text in ("T-1", "", "a=b", "5"):
        assert harmless_text(text) == text


def test_what_is_not_parquet_is_said():
    with pytest.raises(UnreadableTable, match=r"records\.parquet is not readable as Parquet"):
        from_parquet(b"PAR1 nothing", name="records.parquet")
