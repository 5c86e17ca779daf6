"""One digest for the numbers of a scorecard: what people were shown, whenever it was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keepscore.evidence.canonical import canonical, digest
from keepscore.scorecards.models import Action
from keepscore.scores.models import Score

_NUMBERS = ("measures", "areas", "total", "waterfall")
_EFFORT = ("effort_minutes", "out_of_scope_minutes")    # left out of a bundle where the contract plans none


def numbers_of(result: Mapping[str, Any]) -> str:
    """Digest of the numbers of scorecard.json."""
    work = [{name: item for name, item in function.items() if name not in _EFFORT} for function in result["functions"]]
    return digest(canonical([*(result[name] for name in _NUMBERS), work]))


def templates_of(score: Score) -> dict[str, str]:
    """Demonstrated actions of a score's period as they are written, by sub-area."""
    return dict(Action.objects.filter(contract_id=score.contract_id, period=score.period).values_list("sub_area", "text"))


def shown_of(score: Score, templates: Mapping[str, str]) -> str:
    """Digest of everything that publishing would freeze for people to read: numbers and demonstrated actions."""
    return digest(canonical([numbers_of(score.result), dict(sorted(templates.items()))]))
