"""The page on which columns are matched: a form of what a mapping usually says, or the mapping's own text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keepscore.engine.contract.model import Fault
from keepscore.intake import joins as lookups
from keepscore.intake.models import Batch, Source
from keepscore.records.mapping import (
    Choices,
    Further,
    ImportMapping,
    MappingError,
    choices_of,
    loads_mapping,
    mapping_from_choices,
    mapping_text,
)
from keepscore.records.mapping_guess import UNRECOGNISED
from keepscore.records.mapping_kinds import KINDS, REQUIRED
from keepscore.records.mapping_model import ENCODINGS, Join
from keepscore.web.words import number

Data = Mapping[str, str]
NAMES = {
    "reference": gettext_lazy("Number"), "client": gettext_lazy("Client"), "function": gettext_lazy("Function"),
    "opened_at": gettext_lazy("Opened"), "due_at": gettext_lazy("Due"), "resolved_at": gettext_lazy("Closed"),
    "cancelled_at": gettext_lazy("Cancelled"), "priority": gettext_lazy("Priority"), "site": gettext_lazy("Site"),
    "quantity_ordered": gettext_lazy("Quantity ordered"), "quantity_delivered": gettext_lazy("Quantity delivered"),
    "accepted": gettext_lazy("Accepted"), "effort_minutes": gettext_lazy("Effort in minutes"), "in_scope": gettext_lazy("In scope"),
    "started_at": gettext_lazy("Started"), "ended_at": gettext_lazy("Ended"), "reason": gettext_lazy("Reason"),
    "side": gettext_lazy("Side that caused it"), "component": gettext_lazy("Component"), "planned": gettext_lazy("Planned"),
    "measure": gettext_lazy("Measure"), "at": gettext_lazy("Moment"), "value": gettext_lazy("Value"), "of": gettext_lazy("Of how many"),
    "note": gettext_lazy("Note"),
}  # fmt: skip
TABLES = {
    "records": gettext_lazy("Records"), "pauses": gettext_lazy("Pauses"), "outages": gettext_lazy("Outages"),
    "values": gettext_lazy("Values"),
}  # fmt: skip
FORMATS = {"csv": "CSV", "tsv": "TSV", "xlsx": "XLSX", "jsonl": gettext_lazy("JSON lines"), "parquet": "Parquet"}
MARKS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab"), "|": gettext_lazy("pipe")}
TYPES = {
    "": gettext_lazy("not kept"), "text": gettext_lazy("text"), "number": gettext_lazy("number"), "boolean": gettext_lazy("yes or no"),
    "moment": gettext_lazy("moment"), "promise": gettext_lazy("promised moment"),
}  # fmt: skip
MOMENTS = ("moment", "promise")
Options = tuple[tuple[str, Any, bool], ...]      # value, word, is chosen


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field with the column it is, or the text that it is in every row."""

    name: str
    label: Any
    is_needed: bool
    options: Options
    constant: str
    takes_constant: bool
    samples: str
    fixed: str          # how it is declared, where a form cannot show it


@dataclass(frozen=True, slots=True)
class FurtherRow:
    column: str
    field: str          # of the form
    options: Options
    samples: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    headline: str
    sub: str
    as_yaml: bool
    text: str | None            # of a mapping that can be declared
    typed: str                  # of the YAML form
    problems: tuple[str, ...]
    check: tuple[str, ...]      # what a guess asks a person to look at
    source: str
    known_sources: tuple[str, ...]
    table: str
    tables: tuple[tuple[str, Any, None], ...]
    formats: Options
    encodings: Options
    marks: Options
    decimals: Options
    timezone: str
    dates: str
    blanks: str
    fields: tuple[FieldRow, ...]
    further: tuple[FurtherRow, ...]
    more: str                   # what stays as it is declared and no form shows
    joins: tuple[lookups.JoinRow, ...]
    missing: tuple[str, ...]    # look-up files that the columns join and that are not here
    submit: str
    file_name: str
    cancel_url: str
    original_url: str


def of(batch: Batch, data: Data | None, *, as_yaml: bool, table: str = "", is_draft: bool = False) -> ColumnsPage:
    """The page of a file, or what was handed in with it. `text` is there when that can be declared; a draft is only shown again."""
    base = _base(batch, (data or {}).get("table") or table)
    if as_yaml:
        typed = data.get("text", "") if data is not None else mapping_text(base) if base else batch.look.get("guess", "")
        text, problems = _read(batch, typed) if data is not None and not is_draft else (None, ())
        return _page(batch, _shown(batch, base), base, as_yaml=True, text=text, typed=typed, problems=problems)
    choices = _shown(batch, base) if data is None else _chosen(batch, base, data)
    joins = lookups.joins_of(batch, base, data)
    text, problems = (None, ()) if data is None or is_draft else _made(batch, choices, base, joins)
    return _page(batch, choices, base, as_yaml=False, text=text, typed="", problems=problems, joins=joins)


def _base(batch: Batch, table: str) -> ImportMapping | None:
    """What the form begins with: the columns declared before, else the guess; None where that cannot be read."""
    texts = [batch.mapping, batch.source.mapping if batch.source else "", batch.look.get("guess", "")]
    for text in filter(None, texts):
        try:
            found = _lifted(loads_mapping(text, name="columns"))
        except MappingError:
            continue
        if table in TABLES and found.table != table:
            return None
        return found
    return None


def _lifted(mapping: ImportMapping) -> ImportMapping:
    """One date form for the file, where every moment that says its own says the same."""
    own = {rule.format for name, rule in mapping.fields.items() if mapping.kind(name) in MOMENTS and rule.format}
    if len(own) != 1 or mapping.dates or mapping.pauses:
        return mapping
    fields = {name: rule.model_copy(update={"format": ()}) for name, rule in mapping.fields.items()}
    return mapping.model_copy(update={"dates": own.pop(), "fields": fields})


def _shown(batch: Batch, base: ImportMapping | None) -> Choices:
    if base is not None:
        found = _asked(batch, choices_of(base))
        return replace(found, source=batch.source.name) if batch.source else found
    guess = _base(batch, "")
    empty = Choices(source=batch.source.name if batch.source else "")
    return empty if guess is None else replace(
        empty, source=empty.source or guess.source, format=guess.format, encoding=guess.encoding, delimiter=guess.delimiter,
        timezone=guess.timezone, dates=guess.dates, decimal=guess.decimal, blanks=guess.blanks,
    )  # fmt: skip


def _asked(batch: Batch, found: Choices) -> Choices:
    """A guess as a file has to name a column for each needed field; where none was recognised the form asks instead."""
    if not _is_guessed(batch):
        return found
    unknown = {text.partition(":")[0] for text in batch.look.get("check", []) if UNRECOGNISED in text}
    return replace(
        found, columns={name: "" if name in unknown else column for name, column in found.columns.items()},
        constants={name: "" if name in unknown else value for name, value in found.constants.items()},
    )  # fmt: skip


def _is_guessed(batch: Batch) -> bool:
    return not batch.mapping and not (batch.source and batch.source.mapping)


def _read(batch: Batch, typed: str) -> tuple[str | None, tuple[str, ...]]:
    try:
        mapping = loads_mapping(typed, name="columns")
    except MappingError as wrong:
        return None, tuple(str(fault) for fault in wrong.faults)
    problems = lookups.problems(batch, mapping.join, ())
    return (None, problems) if problems else (typed, ())


def _made(
    batch: Batch, choices: Choices, base: ImportMapping | None, joins: tuple[Join, ...]
) -> tuple[str | None, tuple[str, ...]]:
    missing = _missing(choices)
    used = [*choices.columns.values(), *(item.column for item in choices.further)]
    try:
        text = mapping_from_choices(choices, base=base)
        mapping = loads_mapping(text, name="columns")
    except MappingError as wrong:
        return None, (*missing, *(_fault(fault) for fault in wrong.faults if fault.key or not missing))
    if problems := lookups.problems(batch, joins, used):
        return None, problems
    return (text if mapping.join == joins else mapping_text(mapping.model_copy(update={"join": joins}))), ()


def _missing(choices: Choices) -> tuple[str, ...]:
    """A sentence for each needed field that has neither a column nor one value for every row."""
    needed: tuple[str, ...] = REQUIRED.get(choices.table, ())  # type: ignore[call-overload]
    bare = [name for name in needed if not (choices.columns.get(name) or choices.constants.get(name) or name in choices.kept)]
    return tuple(_("%(name)s needs a column of the file") % {"name": NAMES.get(name, name)} for name in bare)


def _fault(fault: Fault) -> str:
    return _("%(name)s: found %(found)s; %(expected)s") % {"name": _labelled(fault.key), "found": fault.found, "expected": fault.expected}


def _labelled(key: str) -> str:
    name = key.split(".")[1] if key.startswith("fields.") else key
    return str(NAMES.get(name, name)) or _("The columns")


def _chosen(batch: Batch, base: ImportMapping | None, data: Data) -> Choices:
    """What was handed in; what the form does not ask stays as it was."""
    table = data.get("table", "records")
    kinds = KINDS.get(table, {})  # type: ignore[call-overload]
    before = choices_of(base) if base else Choices(source="")
    fixed = set(before.kept)
    names = [name for name in kinds if name not in fixed]
    return replace(
        before, source=data.get("source", "").strip(), table=table, format=data.get("format", ""), encoding=data.get("encoding", "utf-8"),
        delimiter=(data.get("delimiter") or None) if data.get("format") == "csv" else None,
        timezone=data.get("timezone", "").strip() or None, dates=_several(data.get("dates", "")), decimal=data.get("decimal", "."),
        blanks=_several(data.get("blanks", "")),
        columns={name: data.get(f"column-{name}", "") for name in names},
        constants={name: data.get(f"constant-{name}", "").strip() for name in names},
        further=tuple(_further(batch, before, data)),
    )  # fmt: skip


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _further(batch: Batch, before: Choices, data: Data) -> Iterator[Further]:
    named = {item.column: item.name for item in before.further}
    taken = set(named.values())
    shown = {data[f"further-{at}-of"]: at for at in range(len(data)) if f"further-{at}-of" in data}     # as the page had them
    for at, column in enumerate(_columns(batch, before)):
        kind = data.get(f"further-{shown.get(column, at)}", "") if not shown or column in shown else ""
        if kind in TYPES and kind:
            name = named.get(column) or _free(column, taken)
            taken.add(name)
            yield Further(name, column, kind)  # type: ignore[arg-type]


def _free(column: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")[:50] or "column"
    base = base if base[0].isalpha() and base != "source" and base not in KINDS["records"] else f"x_{base}"
    return next(name for name in (base, *(f"{base}_{number}" for number in range(2, 999))) if name not in taken)


def _columns(batch: Batch, choices: Choices) -> list[str]:
    """The columns of the file, those that look-up files add, and those that were declared and are in neither."""
    found = [*batch.look.get("columns", []), *lookups.offered(batch, None)]
    declared = [*choices.columns.values(), *(item.column for item in choices.further)]
    return list(dict.fromkeys([*found, *(name for name in declared if name)]))


def _page(
    batch: Batch, choices: Choices, base: ImportMapping | None, *, as_yaml: bool, text: str | None, typed: str, problems: tuple[str, ...],
    joins: tuple[Join, ...] = (),
) -> ColumnsPage:  # fmt: skip
    guessed = _is_guessed(batch)
    added = lookups.offered(batch, base)
    words = {name: f"{name} ({file})" for name, (file, _samples) in added.items()}
    columns = {name: words.get(name, name) for name in _columns(batch, choices)}
    samples = {**batch.look.get("samples", {}), **{name: found for name, (_file, found) in added.items()}}
    count = len(batch.look.get("columns", []))
    return ColumnsPage(
        headline=_headline(batch, choices, base, guessed), as_yaml=as_yaml, text=text, typed=typed, problems=problems,
        sub=ngettext("%(file)s, %(count)s column. Nothing is saved before you have checked its rows.",
                     "%(file)s, %(count)s columns. Nothing is saved before you have checked its rows.", count)
        % {"file": batch.file_name, "count": number(count)},
        check=tuple(batch.look.get("check", [])) if guessed else (), source=choices.source,
        known_sources=tuple(Source.objects.values_list("name", flat=True)[:200]), table=choices.table,
        tables=tuple((name, word, None) for name, word in TABLES.items()),
        formats=_options(FORMATS, choices.format), encodings=_options({name: name for name in ENCODINGS}, choices.encoding),
        marks=_options(MARKS, choices.delimiter or ","), decimals=_options({".": _("point, 1.5"), ",": _("comma, 1,5")}, choices.decimal),
        timezone=choices.timezone or "", dates=" | ".join(choices.dates), blanks=" | ".join(choices.blanks),
        fields=tuple(_field(name, choices, base, columns, samples) for name in KINDS[choices.table])  # type: ignore[index]
        if choices.table in KINDS else (),
        further=tuple(_further_row(at, column, choices, samples) for at, column in enumerate(columns)
                      if choices.table == "records" and column not in choices.columns.values()),
        more=_more(base), joins=lookups.rows(batch, base, joins), missing=lookups.missing(batch, base),
        submit=_("Save columns and check rows"), file_name=batch.file_name,
        cancel_url=reverse("import-cancel", args=[batch.pk]), original_url=reverse("import-original", args=[batch.pk]),
    )  # fmt: skip


def _headline(batch: Batch, choices: Choices, base: ImportMapping | None, guessed: bool) -> str:
    if not guessed and (files := lookups.missing(batch, base)):
        return _("This file needs %(file)s beside it") % {"file": files[0]}
    if guessed and any(UNRECOGNISED in text for text in batch.look.get("check", [])):
        return _("Some columns were not recognised. Which are they?")
    if guessed:
        matched = sum(1 for column in choices.columns.values() if column)
        return ngettext(
            "%(count)s column is matched by its name. Is it right?",
            "%(count)s columns are matched by their names. Are they right?", matched,
        ) % {"count": number(matched)}  # fmt: skip
    known = {*batch.look.get("columns", choices.columns.values()), *lookups.offered(batch, None)}
    missing = [name for name in choices.columns.values() if name and name not in known]
    if missing:
        return _("This file has no column “%(column)s”, which %(source)s needs") % {"column": missing[0], "source": choices.source}
    return _("The columns of %(source)s") % {"source": choices.source}


def _options(words: Mapping[str, Any], chosen: str) -> Options:
    every = words if chosen in words else {**words, chosen: chosen}
    return tuple((value, word, value == chosen) for value, word in every.items())


def _field(
    name: str, choices: Choices, base: ImportMapping | None, columns: Mapping[str, str], samples: Mapping[str, list[str]]
) -> FieldRow:  # fmt: skip
    column = choices.columns.get(name, "")
    rule = base.fields.get(name) if base is not None else None
    needed: tuple[str, ...] = REQUIRED[choices.table]  # type: ignore[index]
    words = {"": _("choose a column") if name in needed else _("not in the file"), **columns}
    kind = KINDS[choices.table][name]  # type: ignore[index]
    fixed = ", ".join(rule.origins) if name in choices.kept and rule is not None else ""
    return FieldRow(
        name, NAMES.get(name, name), name in needed, _options(words, column), choices.constants.get(name, ""),
        kind in ("client", "function", "text", "side", "boolean"), ", ".join(samples.get(column, [])), fixed,
    )  # fmt: skip


def _further_row(at: int, column: str, choices: Choices, samples: Mapping[str, list[str]]) -> FurtherRow:
    chosen = next((item.type for item in choices.further if item.column == column), "")
    return FurtherRow(column, f"further-{at}", _options(TYPES, chosen), ", ".join(samples.get(column, [])))


def _more(base: ImportMapping | None) -> str:
    """Names of what a mapping says and no form shows."""
    if base is None:
        return ""
    names: list[str] = [name for name in ("rows", "latest_by", "pauses", "columns", "earliest", "latest") if name in base.model_fields_set]
    names += [f"{name}: {part}" for name, rule in base.fields.items()
              for part in ("values", "replace", "format", "timezone", "default", "blanks") if getattr(rule, part)]
    return ", ".join(names)
