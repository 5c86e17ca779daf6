"""What the rooms below tell, as messages for webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from keepscore.api.models import Event
from keepscore.api.webhooks import tell
from keepscore.scorecards.access import ref_of
from keepscore.scorecards.models import Scorecard
from keepscore.scorecards.signals import published
from keepscore.scores.models import Score, Warning
from keepscore.scores.signals import scored, warned


@receiver(scored)
def on_scored(sender: Any, score: Score, at: datetime, **_more: Any) -> None:
    tell(
        Event.SCORED, score.client, at=at, contract=score.contract.key, ref=ref_of(score.contract, score.period), period=score.period,
        label=score.label, as_of=score.as_of, is_over=score.is_over, complete=score.complete, grade=score.grade or None,
        tenths=score.tenths, met=score.met, missed=score.missed,
    )  # fmt: skip


@receiver(warned)
def on_warned(sender: Any, warning: Warning, at: datetime, **_more: Any) -> None:
    tell(
        Event.WARNED, warning.client, at=at, contract=warning.contract.key, ref=ref_of(warning.contract, warning.period),
        period=warning.period, measure=warning.measure, name=warning.name, urgency=warning.urgency, sentence=warning.sentence,
        runs_out=warning.runs_out, as_of=warning.as_of,
    )  # fmt: skip


@receiver(published)
def on_published(sender: Any, scorecard: Scorecard, at: datetime, **_more: Any) -> None:
    tell(
        Event.PUBLISHED, scorecard.client, at=at, contract=scorecard.contract.key, ref=ref_of(scorecard.contract, scorecard.period),
        period=scorecard.period, label=scorecard.label, number=scorecard.number, grade=scorecard.grade or None, tenths=scorecard.tenths,
        digest=scorecard.digest, reason=scorecard.reason,
    )  # fmt: skip
