"""The page on which demonstrated actions are written: the texts, the figures that may stand in them, what they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keepscore.evidence.actions import Placeholder, fill, placeholders
from keepscore.scorecards import operations
from keepscore.scorecards.access import Subject
from keepscore.scorecards.forms import ActionsForm
from keepscore.scorecards.models import Action
from keepscore.scores.models import Score
from keepscore.users.audit import Actor


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be written for one measure or function, with its present values."""

    name: str
    items: tuple[Placeholder, ...]


@dataclass(frozen=True, slots=True)
class ActionsPage:
    form: ActionsForm
    figures: tuple[Figures, ...]
    become: tuple[tuple[str, str], ...]     # sub-area and its saved sentence with the present figures
    earlier: Score | None                   # the last period that has texts to begin with


def actions_page(subject: Subject, score: Score, data: Any = None) -> ActionsPage:
    card = score.card
    present = _present(subject)
    form = ActionsForm(data, card=card, present=present)
    grouped: dict[str, list[Placeholder]] = {}
    for item in placeholders(card):
        grouped.setdefault(item.of, []).append(item)
    names = [(sub.key, sub.name) for area in card.areas for sub in area.sub_areas]
    return ActionsPage(
        form=form, figures=tuple(Figures(name, tuple(items)) for name, items in grouped.items()),
        become=tuple((name, fill(present[key].text, card)) for key, name in names if key in present),
        earlier=earlier_of(subject, score) if len(present) < len(names) else None,
    )  # fmt: skip


def save(page: ActionsPage, subject: Subject, *, by: Actor, at: datetime) -> bool:
    """Save what was handed in; False where something is to be mended first, which the form then says."""
    form = page.form
    if not form.is_valid():
        return False
    try:
        operations.write_actions(contract=subject.contract, period=subject.period, texts=form.written(), by=by, at=at)
    except operations.ChangedMeanwhile as problem:
        form.show_theirs(problem.theirs, {key: action.edition for key, action in _present(subject).items()})
        form.add_error(None, str(problem))
        return False
    return True


def earlier_of(subject: Subject, score: Score) -> Score | None:
    """The last period before this one for which actions were written."""
    written = Action.objects.filter(contract=subject.contract).values("period")
    before = Score.objects.filter(contract=subject.contract, start__lt=score.start, period__in=written)
    return before.defer("result").order_by("-start").first()


def _present(subject: Subject) -> dict[str, Action]:
    return {action.sub_area: action for action in Action.objects.filter(contract=subject.contract, period=subject.period)}
