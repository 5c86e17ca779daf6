"""Demonstrated actions: a sentence for a sub-area whose figures are filled in from the scorecard, so that none goes stale.

`{on-time.value}` names a measure by its key and one of its figures, `{desk.volume}` a function of the contract. A bundle
holds the sentence as it was written beside the one that was shown; `verify` fills it in again and compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keepscore.engine.results import FunctionResult, MeasureResult, Scorecard
from keepscore.evidence.figures import count, decimal, score_text, target_text, value_text

FILE = "actions.json"
NOTHING = "no records"
LONGEST = 600           # characters of a sentence as it was written
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,300})\}")


@dataclass(frozen=True, slots=True)
class Action:
    """A demonstrated action of a frozen scorecard."""

    sub_area: str       # key
    template: str       # as it was written
    text: str           # as it was shown


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What can be written into a sentence, and what would stand there now."""

    name: str           # on-time.kept
    of: str             # Requests closed in target time
    value: str          # "9,122", or "no records"

    @property
    def written(self) -> str:
        return f"{{{self.name}}}"


class UnknownPlaceholder(ValueError):
    """A sentence names figures that the scorecard does not have."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(f"{', '.join(f'{{{name}}}' for name in names)}: the contract of this period has no such figure")


_OF_MEASURE: Mapping[str, Callable[[MeasureResult], str | None]] = {
    "value": lambda m: value_text(m),
    "target": lambda m: target_text(m) or "no target",
    "kept": lambda m: count(m.kept) if m.kind in ("share", "value") else None,
    "missed": lambda m: count(m.missed) if m.kind in ("share", "value") else None,
    "counted": lambda m: count(m.kept + m.missed) if m.kind in ("share", "value") else None,
    "allowed": lambda m: count(m.allowed_misses) if m.allowed_misses is not None else None,
    "score": lambda m: score_text(m.score) if m.score else None,
}
_OF_FUNCTION: Mapping[str, Callable[[FunctionResult], str | None]] = {
    "volume": lambda f: count(f.volume),
    "planned": lambda f: decimal(f.planned_volume, 0) if f.planned_volume is not None else "not planned",
    "outside": lambda f: count(f.out_of_scope),
}


def placeholders(card: Scorecard) -> tuple[Placeholder, ...]:
    """Every figure that a sentence may name, measures first, in the contract's order."""
    return tuple(_placeholders(card))


def _placeholders(card: Scorecard) -> Iterator[Placeholder]:
    for measure in card.measures:
        for what, told in _OF_MEASURE.items():
            if _exists(measure, what):
                yield Placeholder(f"{measure.key}.{what}", measure.name, (told(measure) if _has_value(measure, what) else None) or NOTHING)
    for function in card.functions:
        for what, work in _OF_FUNCTION.items():
            yield Placeholder(f"{function.key}.{what}", function.name, work(function) or NOTHING)


def _exists(measure: MeasureResult, what: str) -> bool:
    """Whether a measure of this kind has such a figure at all, with or without records."""
    if what in ("kept", "missed", "counted"):
        return measure.kind in ("share", "value")
    return what != "allowed" or (measure.kind == "share" and measure.target_kind != "between")


def _has_value(measure: MeasureResult, what: str) -> bool:
    return what == "target" or measure.value is not None


def unknown(template: str, card: Scorecard) -> tuple[str, ...]:
    """The placeholders of a sentence that this scorecard does not have, in their order."""
    known = {item.name for item in placeholders(card)}
    return tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(template) if name not in known))


def fill(template: str, card: Scorecard) -> str:
    """The sentence with its figures; one that the scorecard does not have says "no records"."""
    values = {item.name: item.value for item in placeholders(card)}
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], NOTHING), template)


def frozen_actions(templates: Mapping[str, str], card: Scorecard) -> tuple[Action, ...]:
    """What is frozen: the sentences of this scorecard's sub-areas, in its order. Raises UnknownPlaceholder."""
    strange = tuple(name for template in templates.values() for name in unknown(template, card))
    if strange:
        raise UnknownPlaceholder(strange)
    keys = [sub.key for area in card.areas for sub in area.sub_areas]
    return tuple(Action(key, templates[key], fill(templates[key], card)) for key in keys if templates.get(key, "").strip())


def first_wrong(actions: Iterable[Action], card: Scorecard) -> str | None:
    """What is wrong with the actions of a bundle; None where each is its template filled in from its scorecard."""
    keys = [sub.key for area in card.areas for sub in area.sub_areas]
    seen: set[str] = set()
    for action in actions:
        if action.sub_area not in keys or action.sub_area in seen:
            return f"{action.sub_area!r} is no sub-area of the scorecard, or stands there twice"
        seen.add(action.sub_area)
        strange = unknown(action.template, card)
        if strange:
            return f"{action.sub_area}: {UnknownPlaceholder(strange)}"
        made = fill(action.template, card)
        if made != action.text:
            return f"{action.sub_area}: the bundle says {action.text[:120]!r}, filled in from the scorecard it is {made[:120]!r}"
    return None


def texts(actions: Iterable[Action]) -> dict[str, str]:
    """The finished sentences by sub-area, as the page takes them."""
    return {action.sub_area: action.text for action in actions}


def as_content(actions: Iterable[Action]) -> list[Any]:
    """What the content digest covers."""
    return [[action.sub_area, action.template, action.text] for action in actions]
