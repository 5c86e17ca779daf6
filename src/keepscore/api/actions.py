"""Demonstrated actions: the sentences beside a draft, read and written whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router

from keepscore.api.auth import actor_in, scoped
from keepscore.api.inputs import ActionsIn
from keepscore.api.problems import Refused
from keepscore.api.publishing import found_draft
from keepscore.api.schemas import ActionOut
from keepscore.engine.results import Scorecard as Card
from keepscore.evidence.actions import fill
from keepscore.evidence.canonical import canonical, digest
from keepscore.scorecards import operations
from keepscore.scorecards.access import Subject
from keepscore.scorecards.forms import ActionsForm
from keepscore.scorecards.models import Action
from keepscore.web import clock

router = Router(tags=["Scorecards"])
_ACTIONS = "/clients/{slug}/scorecards/{ref}/actions"
IfMatch = Annotated[str | None, Header(alias="If-Match")]


@router.get(_ACTIONS, response=list[ActionOut], summary="Read the demonstrated actions of a draft", **scoped("publish"))
def read_actions(request: HttpRequest, slug: str, ref: str, response: HttpResponse) -> list[ActionOut]:
    """One for each sub-area, empty where nothing is written."""
    subject, score = found_draft(request, slug, ref)
    return _told(score.card, _present(subject), response)


@router.put(_ACTIONS, response=list[ActionOut], summary="Write the demonstrated actions of a draft", **scoped("publish"))
def write_actions(
    request: HttpRequest, slug: str, ref: str, said: ActionsIn, response: HttpResponse, if_match: IfMatch = None
) -> list[ActionOut]:
    """All of them: a sub-area that is not named has none afterwards. If-Match says which ones they began from."""
    subject, score = found_draft(request, slug, ref)
    card, present = score.card, _present(subject)
    if if_match is None:
        raise Refused(428, "Say by If-Match which actions these began from: the ETag of the actions as you read them.")
    if if_match.strip().removeprefix("W/").strip('"') != _tag(present):
        raise operations.ChangedMeanwhile({})
    form = _form(card, present, said.texts)
    operations.write_actions(
        contract=subject.contract, period=subject.period, texts=form.written(), by=actor_in(request), at=clock.now()
    )  # fmt: skip
    return _told(card, _present(subject), response)


def _form(card: Card, present: Mapping[str, Action], texts: Mapping[str, str]) -> ActionsForm:
    """The page's own form, so that both take the same sentences. Raises Refused with what it does not take, by sub-area."""
    keys = [sub.key for area in card.areas for sub in area.sub_areas]
    data: dict[str, Any] = {f"text-{at}": texts.get(key, "") for at, key in enumerate(keys)}
    data |= {f"edition-{at}": present[key].edition for at, key in enumerate(keys) if key in present}
    form = ActionsForm(data, card=card, present=present)
    errors = [{"where": key, "expected": f"A sub-area of the scorecard: {', '.join(keys)}"} for key in texts if key not in keys]
    for name, said in form.errors.items():
        errors += [{"where": keys[int(name.rpartition("-")[2])], "expected": str(text)} for text in said]
    if errors:
        raise Refused(422, "Some values are wrong.", errors=errors)
    return form


def _present(subject: Subject) -> dict[str, Action]:
    return {action.sub_area: action for action in Action.objects.filter(contract=subject.contract, period=subject.period)}


def _told(card: Card, present: Mapping[str, Action], response: HttpResponse) -> list[ActionOut]:
    response["ETag"] = f'"{_tag(present)}"'
    texts = {key: action.text for key, action in present.items()}
    subs = [sub for area in card.areas for sub in area.sub_areas]
    return [
        ActionOut(sub_area=sub.key, name=sub.name, text=texts.get(sub.key, ""), shown=fill(texts.get(sub.key, ""), card)) for sub in subs
    ]


def _tag(present: Mapping[str, Action]) -> str:
    return digest(canonical({key: [action.edition, action.text] for key, action in present.items()}))
