"""Sentences and figures that remember what they were made of. They are English text to everybody here; whoever shows them to people may
say them again in another language, from the same sentence and the same values.

A template stands in the call itself, so that the catalogue of translations finds it: say("%(number)s of them in %(group)s.", ...).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class Figure(str):
    """A number or a length of time as it is written in English: "1,396", "84.7%", "5 h 12 min"."""

    __slots__ = ()


class Said(str):
    """A finished English sentence with its template and values; `many` is the template for other numbers than one."""

    __slots__ = ("many", "number", "template", "values")
    template: str
    many: str
    number: int
    values: Mapping[str, Any]


class Joined(str):
    """Several sentences after each other, parted by `between`."""

    __slots__ = ("between", "parts")
    parts: tuple[str, ...]
    between: str


class Sentence(str):
    """A phrase made a sentence: a capital first, a stop at the end."""

    __slots__ = ("phrase",)
    phrase: str


def say(template: str, /, **values: Any) -> Said:
    """The sentence with its values."""
    return _said(template, "", 1, values)


def say_many(one: str, many: str, number: int, /, **values: Any) -> Said:
    """The sentence for one, or the other for any other number."""
    return _said(one, many, number, values)


def joined(parts: Iterable[str], between: str = " ") -> Joined:
    """Those of the parts that say something, one after the other."""
    kept = tuple(part for part in parts if part)
    text = Joined(between.join(kept))
    text.parts, text.between = kept, between
    return text


def sentence(phrase: str) -> Sentence:
    """The phrase as a sentence."""
    text = Sentence(f"{phrase[:1].upper()}{phrase[1:]}.")
    text.phrase = phrase
    return text


def changed(text: str, change: Callable[[str], str]) -> str:
    """The same sentence with each of its values changed; a text without values is changed itself."""
    if isinstance(text, Said):
        return _said(text.template, text.many, text.number, {name: change(str(value)) for name, value in text.values.items()})
    return change(text)


def _said(template: str, many: str, number: int, values: Mapping[str, Any]) -> Said:
    text = Said((many if many and number != 1 else template) % values)
    text.template, text.many, text.number, text.values = template, many, number, values
    return text


def packed(text: str) -> Any:
    """As JSON can keep it."""
    if isinstance(text, Said):
        return {"say": text.template, "many": text.many, "number": text.number, "with": {k: packed(v) for k, v in text.values.items()}}
    if isinstance(text, Joined):
        return {"join": text.between, "parts": [packed(part) for part in text.parts]}
    if isinstance(text, Sentence):
        return {"sentence": packed(text.phrase)}
    return {"figure": str(text)} if isinstance(text, Figure) else str(text)


def unpacked(kept: Any) -> str:
    """What `packed` made, as it was."""
    if not isinstance(kept, Mapping):
        return str(kept)
    if "say" in kept:
        return _said(kept["say"], kept["many"], kept["number"], {name: unpacked(value) for name, value in kept["with"].items()})
    if "sentence" in kept:
        return sentence(unpacked(kept["sentence"]))
    return joined(map(unpacked, kept["parts"]), kept["join"]) if "join" in kept else Figure(kept["figure"])
