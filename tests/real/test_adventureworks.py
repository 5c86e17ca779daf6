"""Purchase orders: on time and in full, accepted in full, rejected orders left out by name."""

from collections.abc import Callable
from pathlib import Path

import recount
from written import cards, counted


def test_every_suppliers_lines_come_out_as_a_plain_recount_says(data: Path, scored: Callable[[str], Path]) -> None:
    in_full, accepted = recount.purchasing(data / "adventureworks_purchasing")
    found = cards(scored("adventureworks_purchasing"))
    assert counted(found, "on-time-in-full") == dict(in_full)
    assert counted(found, "accepted-in-full") == dict(accepted)
    assert recount.total(in_full) == {"kept": 8317, "missed": 386, "left out": 142}
    assert recount.total(accepted) == {"kept": 7903, "missed": 800, "left out": 142}


def test_rejected_orders_are_left_out_with_their_reason(scored: Callable[[str], Path]) -> None:
    found = cards(scored("adventureworks_purchasing")).values()
    reasons = {part["reason"] for card in found for measure in card["measures"] for part in measure["left_out"]}
    assert reasons == {"The order was rejected (status 3)"}
