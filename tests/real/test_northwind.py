"""Orders of a trading company: exactly on time is kept, open and overdue is missed."""

from collections.abc import Callable
from pathlib import Path

import recount
from written import cards, counted


def test_every_customers_orders_come_out_as_a_plain_recount_says(data: Path, scored: Callable[[str], Path]) -> None:
    expected = recount.northwind(data / "northwind")
    assert counted(cards(scored("northwind")), "shipped-in-time") == dict(expected)
    assert recount.total(expected) == {"kept": 772, "missed": 38, "open": 20}


def test_three_orders_shipped_exactly_when_required_are_kept(data: Path) -> None:
    text = (data / "northwind/orders.csv").read_text(encoding="utf-8")
    exact = [line for line in (row.split(",") for row in text.splitlines()[1:]) if line[4] == line[5]]
    assert len(exact) == 3
