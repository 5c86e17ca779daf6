"""What the room below tells: numbers were made again, so a frozen scorecard may no longer say what the records say."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from keepscore.scorecards.models import Scorecard
from keepscore.scorecards.numbers import numbers_of
from keepscore.scores.models import Score
from keepscore.scores.signals import scored


@receiver(scored)
def _scored(score: Score, **_: Any) -> None:
    standing = Scorecard.objects.filter(contract=score.contract, period=score.period, state=Scorecard.State.PUBLISHED)
    numbers = numbers_of(score.result) if standing.exists() else ""
    standing.filter(numbers=numbers, has_moved=True).update(has_moved=False)
    standing.exclude(numbers=numbers).filter(has_moved=False).update(has_moved=True)
