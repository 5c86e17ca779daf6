"""What stands in the way of publishing a scorecard, in plain words with the next step. The same rule for page and operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.engine.results import Scorecard as Card
from keepscore.evidence.actions import unknown
from keepscore.scorecards.access import ref_of
from keepscore.scores.models import Score, Touched
from keepscore.web.nav import address
from keepscore.web.words import day_long, moment


@dataclass(frozen=True, slots=True)
class Block:
    """One reason why a scorecard cannot be published yet."""

    what: str       # the sentence
    next: str       # what is to be done
    url: str = ""
    link: str = ""


def blocks(score: Score, card: Card, templates: Mapping[str, str], *, at: datetime) -> tuple[Block, ...]:
    """Everything that stands in the way at a moment, the plainest first; none where it can be published."""
    if at < card.period.end_at:
        return (_not_over(card),)
    return (*_late(card), *_being_scored(score, card), *_unknown(score, card, templates))


def _not_over(card: Card) -> Block:
    last = day_long(card.period.end - timedelta(days=1))
    return Block(
        _("%(period)s is not over: its last day is %(day)s.") % {"period": card.period.label, "day": last},
        _("It can be published when it is over and every source is complete to its end."),
    )  # fmt: skip


def _late(card: Card) -> Iterator[Block]:
    """A source that is not complete to the end of the period, with its name and date."""
    imports = {"url": address("import"), "link": _("Import records")}
    end = moment(card.period.end_at)
    for source, at in sorted(card.complete_to.items()):
        if at < card.period.end_at:
            yield Block(
                _("The source %(source)s is complete to %(at)s only; %(period)s ends at %(end)s.")
                % {"source": source, "at": moment(at), "period": card.period.label, "end": end},
                _("Import the rest of the period, with the moment up to which it is complete."), **imports,
            )  # fmt: skip
    if not card.complete_to and not card.complete:
        yield Block(
            _("No source says up to when its records are complete."), _("Import the records of the period with that moment."), **imports
        )  # fmt: skip


def _being_scored(score: Score, card: Card) -> Iterator[Block]:
    what, since, late = "", _touched(score), any(at < card.period.end_at for at in card.complete_to.values())
    if since is not None:
        what = _("Records or the contract changed on %(at)s; the numbers are being made again.") % {"at": moment(since)}
    elif score.contract.digest != card.definition:
        what = _("The contract changed since these numbers were made.")
    elif card.as_of < card.period.end_at and card.complete_to and not late:
        what = _("These numbers were made before the period was over.")
    if what:
        again = reverse("scorecard-draft", args=[score.client.slug, ref_of(score.contract, score.period)])
        yield Block(what, _("Look at them again when they have been made again."), again, _("Look again"))


def _touched(score: Score) -> datetime | None:
    """Since when this period waits to be scored again; changes of later months do not touch it."""
    marks = Touched.objects.filter(client_id=score.client_id).values_list("month", "since")
    own = [since for month, since in marks if not month or date.fromisoformat(f"{month}-01") < score.end]
    return min(own, default=None)


def _unknown(score: Score, card: Card, templates: Mapping[str, str]) -> Iterator[Block]:
    names = {sub.key: sub.name for area in card.areas for sub in area.sub_areas}
    for key, text in templates.items():
        strange = unknown(text, card)
        if strange and key in names:
            named = ", ".join(f"{{{name}}}" for name in strange)
            yield Block(
                _("The demonstrated action for %(area)s names %(placeholder)s, a figure that this contract does not have.")
                % {"area": names[key], "placeholder": named},
                _("Choose one of the figures listed beside the texts."),
                reverse("scorecard-actions", args=[score.client.slug, ref_of(score.contract, score.period)]), _("Edit the actions"),
            )  # fmt: skip
