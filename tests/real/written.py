"""Reading back the scorecards that the command line wrote."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

Cards = dict[str, dict[str, Any]]


def cards(folder: Path, inside: str = "") -> Cards:
    """Scorecards by client."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob(f"*/{inside}scorecard.json")]
    return {card["client"]["key"]: card for card in found}


def outcomes(card: dict[str, Any], measure: str) -> Counter[str]:
    """kept, missed, open and left out of one measure; what is 0 is not there."""
    (found,) = (m for m in card["measures"] if m["key"] == measure)
    left_out = sum(part["records"] for part in found["left_out"])
    assert found["unjudged"] == []
    return +Counter({"kept": found["kept"], "missed": found["missed"], "open": found["open"], "left out": left_out})


def counted(found: Cards, measure: str) -> dict[str, Counter[str]]:
    """Clients with records; a client without any says nothing."""
    every = {client: outcomes(card, measure) for client, card in found.items()}
    return {client: counts for client, counts in every.items() if counts}
