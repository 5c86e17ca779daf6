"""The shape of a contract: pydantic's findings as faults with the line and a sentence that says what would be right."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from keepscore.engine.contract.model import Fault
from keepscore.engine.contract.places import Path, fault, place
from keepscore.engine.contract.text import Map, shown

Model = TypeVar("Model", bound=BaseModel)

TAGS = ("condition", "limit", "days", "public")     # of the kinds that a value may take; not written in the file


def read_model(model: type[Model], tree: Map) -> tuple[Model | None, list[Fault]]:
    """The model of a tree, or None and every fault of its shape."""
    try:
        return model.model_validate(tree), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    meant = {(one["loc"][:-1], _near(model, one["loc"])) for one in details if one["type"] == "extra_forbidden"}
    return None, [
        _fault(model, tree, one)
        for one in details
        if not _hollow(tree, one) and not (one["type"] == "missing" and (one["loc"][:-1], one["loc"][-1]) in meant)
    ]


def fits(model: type[Model], tree: Any) -> Model | None:
    """A part of a tree alone: its model where its shape is right."""
    try:
        return model.model_validate(tree)
    except ValidationError:
        return None


def _hollow(tree: Map, error: ErrorDetails) -> bool:
    """pydantic calls a list too short when its items have faults of their own; those say it better."""
    return error["type"] == "too_short" and bool(place(tree, error["loc"]).value)


def _fault(model: type[BaseModel], tree: Map, error: ErrorDetails) -> Fault:
    path, kind = error["loc"], error["type"]
    name = str(path[-1]) if path else ""
    if kind == "missing":
        return fault(tree, path, f"{name} is needed{_described(model, path)}", found="nothing")
    if kind == "extra_forbidden":
        return fault(tree, path, _unknown_key(model, path), found=shown(name))
    if path and path[-1] == "[key]":
        return fault(tree, (*path[:-2], path[-2]), _sentence(error), found=shown(path[-2]))
    if kind in ("value_error", "literal_error"):
        return fault(tree, path, _sentence(error))
    return fault(tree, path, _general(model, path, error))


def _general(model: type[BaseModel], path: Path, error: ErrorDetails) -> str:
    name = next((str(step) for step in reversed(path) if isinstance(step, str) and step not in TAGS), "")
    described = _described(model, path)
    if described and not isinstance(path[-1], int):
        return f"{name} is{described[1:]}"
    return {
        "string_type": "write a text here",
        "model_type": "write a map here, with its keys indented below",
        "dict_type": "write a map here, with its keys indented below",
        "tuple_type": "write a list here, each item behind a dash",
        "string_too_short": "write a text that is not empty",
        "string_too_long": "write a shorter text, of at most {max_length} characters".format(**{"max_length": 200, **error.get("ctx", {})}),
        "too_short": "write at least one item",
    }.get(error["type"], _sentence(error))


def _sentence(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    if error["type"] == "literal_error":
        wanted = str(context.get("expected", "")).replace("'", "")
        near = get_close_matches(str(error["input"]), wanted.replace(" or ", ", ").split(", "), n=1)
        return f"write {wanted}" + (f"; did you mean {near[0]}?" if near else "")
    return str(error["msg"])[:1].lower() + str(error["msg"])[1:]


def _unknown_key(model: type[BaseModel], path: Path) -> str:
    near = _near(model, path)
    hint = f"did you mean {near}?" if near else "known are " + ", ".join(_keys(model, path[:-1]))
    return f"there is no key {shown(path[-1])} here; {hint}"


def _near(model: type[BaseModel], path: Path) -> str | None:
    """The known key that a misspelt one was meant to be; told once, and not as missing besides."""
    return next(iter(get_close_matches(str(path[-1]), _keys(model, path[:-1]), n=1)), None)


def _described(model: type[BaseModel], path: Path) -> str:
    """": a percent such as 92%" where the field says what is right."""
    name = path[-1] if path else None
    for part in _parts_at(model, path[:-1]):
        field = _fields(part).get(str(name))
        if field is not None and field.description:
            return f": {field.description}"
    return ""


def _fields(part: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in part.model_fields.items()}


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    return [key for part in _parts_at(model, path) for key in _fields(part)]


def _parts_at(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    """The models that a path leads to; list numbers, free keys and tags of a kind lead nowhere new."""
    parts = [model]
    for step in path:
        fields = [_fields(part)[str(step)] for part in parts if str(step) in _fields(part)]
        if fields:
            parts = [found for field in fields for found in _models(field.annotation)]
    return parts


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models(inner)]
