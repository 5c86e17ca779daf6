"""Up to when a client's records are known."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from keepscore.engine.tables import SCHEMAS, Tables
from keepscore.records.freshness import known_to, lagging


def _tables(complete_to: dict[str, datetime], pairs: list[tuple[str, str]]) -> Tables:
    data = {name: [None] * len(pairs) for name in SCHEMAS["records"].names}
    data |= {"client": [client for client, _ in pairs], "source": [source for _, source in pairs]}
    schema = pa.schema([field.with_nullable(True) for field in SCHEMAS["records"]])
    return Tables(records=pa.table(data, schema=schema), complete_to=complete_to)


def test_a_client_is_judged_up_to_what_all_its_own_sources_know_and_one_of_months_ago_is_named() -> None:
    def day(month: int, number: int) -> datetime:
        return datetime(2026, month, number, tzinfo=UTC)

    complete = {"desk": day(10, 12), "phone": day(10, 5), "old": day(6, 30), "later": day(12, 1)}
    owned = [("acme", "desk"), ("acme", "phone"), ("birch", "desk"), ("birch", "old"), ("cedar", "later"), ("cedar", "later")]
    known = known_to(_tables(complete, owned), now=day(10, 13))
    assert {key: known.of(key) for key in ("acme", "birch", "cedar")} == {
        "acme": day(10, 5), "birch": day(10, 12), "cedar": day(10, 13),
    }  # fmt: skip
    assert lagging({name: complete[name] for name in ("desk", "old", "phone")}) == ("old",)
    assert known_to(_tables({}, []), now=day(10, 13)).of("acme") == day(10, 13)


