"""Cursors: every row once, whatever comes meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepscore.api.paging import page_of, rows_of
from keepscore.api.problems import Refused
from keepscore.clients.models import Client
from keepscore.web import clock
from tests.world import World


def add(count: int, at: int) -> None:
    now = clock.now()
    Client.objects.bulk_create(
        Client(key=f"p{at}-{n}", slug=f"p{at}-{n}", name=f"Page {n % 3}", created_at=now - timedelta(days=(n * 7) % 5))
        for n in range(count)
    )


ORDERS = st.sampled_from([("pk",), ("-pk",), ("-name", "-pk"), ("created_at", "pk")])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 12), limit=st.integers(1, 5), meanwhile=st.integers(0, 4), by=ORDERS)
def test_every_row_comes_once_in_order_while_others_are_added(
    world: World, count: int, limit: int, meanwhile: int, by: tuple[str, ...]
) -> None:
    Client.objects.filter(slug__startswith="p").delete()
    add(count, 0)
    there = list(Client.objects.order_by(*by).values_list("pk", flat=True))
    seen: list[int] = []
    cursor: str | None = ""
    turn = 0
    while cursor is not None:
        rows, cursor = page_of(Client.objects.all(), name="test", limit=limit, cursor=cursor, by=by)
        assert len(rows) <= limit
        seen += [row.pk for row in rows]
        turn += 1
        if turn < 4:
            add(meanwhile, turn)
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in set(there)] == there


def test_a_cursor_of_another_list_or_a_changed_one_is_refused(world: World) -> None:
    _rows, cursor = page_of(Client.objects.all(), name="one", limit=1, cursor="")
    assert cursor is not None
    for name, text in (("other", cursor), ("one", cursor + "x"), ("one", "none")):
        with pytest.raises(Refused, match="cursor"):
            page_of(Client.objects.all(), name=name, limit=1, cursor=text)


def test_rows_behind_a_score_are_refused_once_it_was_computed_again() -> None:
    table = pa.table({"n": list(range(5))})
    first, cursor = rows_of(table, name="rows", version="a", limit=3, cursor="")
    assert cursor is not None
    rest, end = rows_of(table, name="rows", version="a", limit=3, cursor=cursor)
    assert ([row["n"] for row in first + rest], end) == ([0, 1, 2, 3, 4], None)
    with pytest.raises(Refused, match="Begin again"):
        rows_of(table, name="rows", version="b", limit=3, cursor=cursor)


def test_a_list_asks_the_database_as_often_for_one_row_as_for_many(world: World, secret_of: Any, program: Any) -> None:
    ask = program(secret_of(world.dan, "read"))
    for path in ("/clients", "/scores", "/warnings", "/scorecards"):
        ask("get", f"{path}?limit=1")
        with CaptureQueriesContext(connection) as one:
            ask("get", f"{path}?limit=1")
        with CaptureQueriesContext(connection) as many:
            assert ask("get", f"{path}?limit=200").status_code == 200
        assert len(one) == len(many)
