"""A mapping from what a person chose in a form, and back. What a form does not ask is kept as the mapping has it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML

from keepscore.engine.tables import ColumnType
from keepscore.records.mapping_file import loads_mapping
from keepscore.records.mapping_kinds import KINDS, REQUIRED
from keepscore.records.mapping_model import FieldRule, ImportMapping

_FORM = ("source", "table", "format", "encoding", "delimiter", "timezone", "dates", "decimal", "blanks")


@dataclass(frozen=True, slots=True)
class Further:
    """A further column that is kept under a name of its own."""

    name: str
    column: str
    type: ColumnType = "text"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form holds. `columns` says for each field which column it is, `constants` which text it is in every row.

    `kept` are fields that a form cannot show, such as one joined from several columns: they stay as they are.
    """

    source: str
    table: str = "records"
    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str | None = None
    timezone: str | None = None
    dates: tuple[str, ...] = ()
    decimal: str = "."
    blanks: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    further: tuple[Further, ...] = ()
    kept: tuple[str, ...] = ()


def choices_of(mapping: ImportMapping) -> Choices:
    """What a form shows of a mapping."""
    own = {name: rule for name, rule in mapping.fields.items() if name in KINDS[mapping.table]}
    others = {name: rule for name, rule in mapping.fields.items() if name not in own}
    return Choices(
        source=mapping.source, table=mapping.table, format=mapping.format, encoding=mapping.encoding, delimiter=mapping.delimiter,
        timezone=mapping.timezone, dates=mapping.dates, decimal=mapping.decimal, blanks=mapping.blanks,
        columns={name: rule.column for name, rule in own.items() if rule.column is not None},
        constants={name: rule.constant for name, rule in own.items() if rule.constant is not None},
        further=tuple(Further(name, rule.column, rule.type or "text") for name, rule in others.items() if rule.column is not None),
        kept=tuple(name for name, rule in mapping.fields.items() if _unshown(rule) or (name in others and rule.column is None)),
    )  # fmt: skip


def _unshown(rule: FieldRule) -> bool:
    return rule.columns is not None or rule.first_of is not None


def mapping_from_choices(choices: Choices, *, base: ImportMapping | None = None) -> str:
    """The text of a mapping. `base` is the one that was chosen from: its value tables, formats and joins stay.

    Raises MappingError with all faults, as for a file.
    """
    tree: dict[str, Any] = _tree(base) if base is not None else {"keepscore": "1"}
    before: Mapping[str, Any] = tree.get("fields", {})
    for name in _FORM:
        tree[name] = getattr(choices, name)
    if choices.table != (base.table if base is not None else choices.table):
        before = {}
    tree["fields"] = _fields(choices, before)
    text = _yaml({name: value for name, value in tree.items() if not _is_default(name, value)})
    loads_mapping(text)
    return text


def _fields(choices: Choices, before: Mapping[str, Any]) -> dict[str, Any]:
    """Fields in the order of their table, further columns after them."""
    kinds = KINDS[choices.table] if choices.table in KINDS else KINDS["records"]
    chosen: dict[str, Any] = {name: rule for name, rule in before.items() if name in choices.kept}
    for name, column in choices.columns.items():
        if column:
            chosen[name] = _rule(before.get(name), "column", column)
    for name, text in choices.constants.items():
        if text and not choices.columns.get(name):
            chosen[name] = _rule(before.get(name), "constant", text)
    further = {item.name: _typed(_rule(before.get(item.name), "column", item.column), item.type) for item in choices.further}
    ordered = {name: chosen[name] for name in kinds if name in chosen}
    return {**ordered, **{name: rule for name, rule in chosen.items() if name not in ordered}, **further}


def _rule(before: Any, origin: str, text: str) -> dict[str, Any]:
    """What the field had besides where it comes from: its value table, format and the like."""
    rest = before if isinstance(before, dict) else {}
    return {origin: text, **{key: value for key, value in rest.items() if key not in ("column", "columns", "join", "first_of", "constant")}}


def _typed(rule: dict[str, Any], kind: str) -> dict[str, Any]:
    return {**rule, "type": kind}


def _is_default(name: str, value: Any) -> bool:
    if name in ("keepscore", "source", "fields"):
        return False
    default = ImportMapping.model_fields[name].default
    return value is None or value == default or (not value and not default)


def mapping_text(mapping: ImportMapping) -> str:
    """A mapping as the text of a file that gives the same mapping again."""
    return _yaml(_tree(mapping))


def _tree(mapping: ImportMapping) -> dict[str, Any]:
    tree: dict[str, Any] = mapping.model_dump(mode="json", exclude_defaults=True)
    return {"keepscore": "1", "source": mapping.source, **tree}


def _yaml(tree: Mapping[str, Any]) -> str:
    fields = {name: _short(rule) for name, rule in tree["fields"].items()}
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 100_000
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    target = io.StringIO()
    writer.dump(_plain({**tree, "fields": fields}), target)
    return target.getvalue()


def _short(rule: Any) -> Any:
    return rule["column"] if isinstance(rule, dict) and list(rule) == ["column"] else rule


def _plain(value: Any) -> Any:
    """Nothing but dicts, lists and texts, as a mapping file holds them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else str(value)


def needed(table: str) -> tuple[str, ...]:
    """The fields that a table cannot do without."""
    return tuple(REQUIRED[table]) if table in REQUIRED else ()
