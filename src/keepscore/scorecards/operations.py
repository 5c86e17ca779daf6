"""Demonstrated actions, the wish to publish, and withdrawing. What the worker does with a wish is in `publishing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keepscore.contracts.models import Contract
from keepscore.scorecards.models import Action, Publishing, Scorecard
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scorecards.signals import withdrawn
from keepscore.scorecards.standing import Block, blocks
from keepscore.scores.models import Score
from keepscore.users import audit
from keepscore.users.audit import Actor


class CannotPublishYet(ValueError):
    """Something stands in the way; `blocks` say what, and what to do."""

    def __init__(self, found: tuple[Block, ...]) -> None:
        self.blocks = found
        super().__init__(" ".join(f"{block.what} {block.next}" for block in found))


class NumbersMoved(ValueError):
    """What would be frozen is no longer what was shown."""

    def __init__(self) -> None:
        super().__init__(_("The numbers or the texts moved since you looked. Look at them again, then publish."))


class AlreadyAsked(ValueError):
    """This scorecard is being published already."""


class NotStanding(ValueError):
    """A scorecard that was replaced or withdrawn cannot be withdrawn."""


@dataclass(frozen=True, slots=True)
class Written:
    """A demonstrated action as it comes from a form; `edition` is the one that its writer saw, 0 for none."""

    text: str
    edition: int = 0


class ChangedMeanwhile(ValueError):
    """Somebody changed actions since this edit began; `theirs` are their texts by sub-area. Nothing was saved."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        self.theirs = theirs
        super().__init__(_("Somebody changed these texts since you began. Nothing is saved yet."))


@transaction.atomic
def write_actions(*, contract: Contract, period: str, texts: Mapping[str, Written], by: Actor, at: datetime) -> int:
    """Save the demonstrated actions of a period, by sub-area; an empty text takes one away. The number of texts that changed.

    Raises ChangedMeanwhile where another edition stands there than its writer saw, unless both say the same.
    """
    Contract.objects.select_for_update().get(pk=contract.pk)        # one writer at a time; the first edition has no row to lock
    present = {action.sub_area: action for action in Action.objects.filter(contract=contract, period=period)}
    changed = {key: item for key, item in texts.items() if item.text != _text(present.get(key))}
    theirs = {key: _text(present.get(key)) for key, item in changed.items() if item.edition != _edition(present.get(key))}
    if theirs:
        raise ChangedMeanwhile(theirs)
    for key, item in changed.items():
        if not item.text:
            present[key].delete()
        else:
            values = {"text": item.text, "edition": item.edition + 1, "written_at": at, "written_by": by.user}
            Action.objects.update_or_create(contract=contract, period=period, sub_area=key, defaults=values)
    if changed:
        said = {key: item.text for key, item in changed.items()}
        audit.record("scorecard.actions-written", about=contract, by=by, at=at, client=contract.client.key, period=period, texts=said)
    return len(changed)


def _text(action: Action | None) -> str:
    return action.text if action else ""


def _edition(action: Action | None) -> int:
    return action.edition if action else 0


@transaction.atomic
def carry_over(*, contract: Contract, period: str, earlier: str, by: Actor, at: datetime) -> int:
    """Take the actions of an earlier period as a beginning, for sub-areas that have none yet. How many were taken."""
    Contract.objects.select_for_update().get(pk=contract.pk)
    present = set(Action.objects.filter(contract=contract, period=period).values_list("sub_area", flat=True))
    wanted = Action.objects.filter(contract=contract, period=earlier).exclude(sub_area__in=present)
    made = Action.objects.bulk_create(
        Action(contract=contract, period=period, sub_area=old.sub_area, text=old.text, written_at=at, written_by=by.user) for old in wanted
    )
    if made:
        audit.record(
            "scorecard.actions-carried-over", about=contract, by=by, at=at, client=contract.client.key, period=period, earlier=earlier,
            sub_areas=[action.sub_area for action in made],
        )  # fmt: skip
    return len(made)


def ask_to_publish(*, score: Score, shown: str, reason: str, by: Actor, at: datetime) -> Publishing:
    """Ask the worker to freeze what was shown. `shown` is its digest, `reason` why a correction is made.

    Raises CannotPublishYet, NumbersMoved, AlreadyAsked; the first two are on record.
    """
    templates = templates_of(score)
    found = blocks(score, score.card, templates, at=at)
    problem = CannotPublishYet(found) if found else NumbersMoved() if shown != shown_of(score, templates) else None
    about = {"client": score.client.key, "period": score.period}
    if problem is not None:
        audit.record("scorecard.asked", about=score, by=by, at=at, refused=True, because=str(problem)[:500], **about)
        raise problem
    try:
        with transaction.atomic():
            wish = Publishing.objects.create(
                contract=score.contract, period=score.period, shown=shown, reason=reason, asked_at=at, asked_by=by.user
            )
            audit.record("scorecard.asked", about=wish, by=by, at=at, reason=reason, **about)
            ask_worker()
    except IntegrityError:
        raise AlreadyAsked(_("This scorecard is being published already.")) from None
    return wish


def ask_worker() -> None:
    """Have the worker look for wishes, once the transaction is through."""
    from keepscore.scorecards.tasks import publish_waiting_scorecards

    transaction.on_commit(lambda: publish_waiting_scorecards.enqueue())


@transaction.atomic
def withdraw(*, scorecard: Scorecard, because: str, by: Actor, at: datetime) -> Scorecard:
    """Take a published scorecard back, with the reason. Its files stay; what a client has downloaded cannot be recalled.

    Raises NotStanding.
    """
    scorecard = Scorecard.objects.select_for_update().select_related("client", "contract").get(pk=scorecard.pk)
    if scorecard.state != Scorecard.State.PUBLISHED:
        raise NotStanding(_("Only a scorecard that stands can be withdrawn."))
    scorecard.state = Scorecard.State.WITHDRAWN
    scorecard.withdrawn_at, scorecard.withdrawn_by, scorecard.withdrawn_because = at, by.user, because
    scorecard.save()
    about = {"client": scorecard.client.key, "period": scorecard.period, "number": scorecard.number}
    audit.record("scorecard.withdrawn", about=scorecard, by=by, at=at, because=because, **about)
    withdrawn.send(Scorecard, scorecard=scorecard, at=at)
    return scorecard
