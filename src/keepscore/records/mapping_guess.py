"""A first mapping from a guess, for a person to check; at import nothing is guessed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.clock.zones import zone
from keepscore.records.checks.formats import ISO, compile_form
from keepscore.records.checks.moments import parse_moments
from keepscore.records.mapping_sample import Sample, look
from keepscore.records.mapping_words import BLANKS, FORMATS, SEQUENCE, SYNONYMS, UPDATED, plain

UNRECOGNISED = "no column was recognised"
_MOMENTS = ("opened_at", "due_at", "resolved_at", "cancelled_at")
_NUMBERS = ("quantity_ordered", "quantity_delivered", "effort_minutes")


@dataclass
class Guess:
    """A mapping being made, and what a person has to check."""

    sample: Sample
    columns: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    blanks: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)
    zoneless: bool = False
    decimal: str = "."
    first_year: int = 2000


def guess_mapping(path: str | Path) -> str:
    """The text of a mapping file with comments. Raises FileRefused where the file cannot be read at all."""
    return guess(path)[0]


def guess(path: str | Path) -> tuple[str, tuple[str, ...]]:
    """The text of a mapping file, and what to check in it, a sentence each."""
    path = Path(path)
    made = guessed(look(path))
    return written(made, path), tuple(made.check)


def guessed(sample: Sample) -> Guess:
    """Which column may be which field, and how its values seem to be written."""
    made = Guess(sample)
    _columns(made)
    _blanks(made)
    _dates(made)
    _numbers(made)
    return made


def _columns(made: Guess) -> None:
    free = {plain(name): name for name in reversed(made.sample.table.column_names)}
    for name, words in SYNONYMS.items():
        found = next((free[word] for word in words if word in free), None)
        if found is not None:
            made.columns[name] = found
            free.pop(plain(found))


def _values(made: Guess, column: str) -> pa.Array:
    """Distinct values of a column, trimmed, without blanks."""
    values = pc.unique(pc.utf8_trim_whitespace(made.sample.table[column].cast(pa.string())))
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return values.filter(pc.invert(pc.is_in(values, pa.array(["", None, *made.blanks], pa.string()))))


def _blanks(made: Guess) -> None:
    for column in made.columns.values():
        values = _values(made, column)
        made.blanks += [word for word in BLANKS if word in values.to_pylist() and word not in made.blanks]
    if made.blanks:
        made.check.append(f"blanks: {', '.join(made.blanks)} are read as blank cells")


def _dates(made: Guess) -> None:
    for name in _MOMENTS:
        if name not in made.columns:
            continue
        values = _values(made, made.columns[name])
        if not len(values):
            continue
        iso = _fitting(values, "iso")
        if iso < len(values):
            _format(made, name, values)
        _years(made, name, values)
        if pc.any(pc.invert(pc.match_substring_regex(values, r"([Zz]|[+-]\d{2}:?\d{2})$"))).as_py():
            made.zoneless = True


def _format(made: Guess, name: str, values: pa.Array) -> None:
    fits = {text: _fitting(values, text) for text in FORMATS}
    best = max(fits.values())
    if not best:
        made.check.append(f"{name}: no known date format fits {values[0].as_py()!r}; write one, such as %d/%m/%Y %H:%M")
        return
    likely = [text for text, count in fits.items() if count == best]
    made.formats[name] = likely[0]
    if len(likely) > 1:
        made.check.append(f"{name}: {' and '.join(likely)} both fit; say which")
    if best < len(values):
        parsed = parse_moments(values, forms=(compile_form(likely[0]),), zone=None, day="start")
        odd = [values[at].as_py() for at in range(len(values)) if parsed.failed("date_format")[at]]
        made.check.append(f"{name}: {len(odd)} values do not fit {likely[0]}, such as {odd[0]!r}; declare them as blanks or correct them")


def _years(made: Guess, name: str, values: pa.Array) -> None:
    form = compile_form(made.formats.get(name, "iso"))
    parsed = parse_moments(values, forms=(form,), zone=zone("UTC"), day="start")
    if parsed.known.any():
        made.first_year = min(made.first_year, datetime.fromtimestamp(int(parsed.seconds[parsed.known].min()), UTC).year)


def _fitting(values: pa.Array, text: str) -> int:
    """How many values have this form and name a day that exists."""
    form = ISO if text == "iso" else compile_form(text)
    parsed = parse_moments(values, forms=(form,), zone=None, day="start")
    return int((~parsed.failed("date_format") & ~parsed.failed("date_invalid")).sum())


def _numbers(made: Guess) -> None:
    columns = [made.columns[name] for name in _NUMBERS if name in made.columns]
    if any(pc.any(pc.match_substring_regex(_values(made, column), r"^-?\d+,\d{1,2}$")).as_py() for column in columns):
        made.decimal = ","
        made.check.append("decimal: numbers seem to have a decimal comma")


def written(made: Guess, path: Path) -> str:
    """The guess as the text of a mapping file, with comments."""
    sample = made.sample
    lines = ["keepscore: 1", f"source: {_yaml(re.sub(r'[^a-z0-9]+', '-', path.name.split('.')[0].lower()).strip('-') or 'source')}"]
    made.check.append("source: the name under which these records are kept; keep it for every later export of the same system")
    lines.append(f"format: {sample.format}")
    if sample.encoding != "utf-8":
        lines.append(f"encoding: {sample.encoding}    # CHECK: guessed")
        made.check.append(f"encoding: {sample.encoding} is a guess; look at names with accents after a check")
    if sample.format == "csv":
        lines.append(f"delimiter: {json.dumps(sample.delimiter)}")
    if made.zoneless or not any(name in made.columns for name in _MOMENTS):
        lines.append("timezone: UTC    # CHECK: the zone in which the export writes moments without an offset, such as Europe/London")
        made.check.append("timezone: moments have no offset; name the zone in which the export writes them")
    if made.first_year < 2000:
        lines.append(f"earliest: {max(made.first_year, 1900)}-01-01    # CHECK: moments before 2000 are refused unless this is here")
        made.check.append(f"earliest: some moments lie before 2000, the first in {made.first_year}")
    if made.decimal != ".":
        lines.append(f"decimal: {json.dumps(made.decimal)}")
    if made.blanks:
        lines.append(f"blanks: [{', '.join(json.dumps(word) for word in made.blanks)}]")
    return "\n".join([*lines, *_rows(made), "fields:", *_fields(made), *_others(made)]) + "\n"


def _rows(made: Guess) -> list[str]:
    """Many rows of one reference look like an event log."""
    column = made.columns.get("reference")
    if column is None:
        return []
    values = made.sample.table[column].drop_null()
    if pc.count_distinct(values).as_py() >= len(values):
        return []
    named = {plain(name): name for name in made.sample.table.column_names}
    order = [named[word] for word in UPDATED if word in named][:1] + [named[word] for word in SEQUENCE if word in named][:1]
    made.check.append(f"rows: {column} stands in many rows; if this is an event log, latest_by says which event is the last")
    if not order:
        return ["# rows: event    # CHECK: the reference is not unique; for an event log say so, and name its order:", "# latest_by: [...]"]
    return ["rows: event    # CHECK: the reference is not unique", f"latest_by: [{', '.join(_yaml(name) for name in order)}]"]


def _fields(made: Guess) -> list[str]:
    lines = []
    for name in SYNONYMS:
        column = made.columns.get(name)
        if column is not None and name in made.formats:
            lines.append(f"  {name}: {{column: {_yaml(column)}, format: {json.dumps(made.formats[name])}}}")
        elif column is not None:
            lines.append(f"  {name}: {_yaml(column)}")
        elif name in ("reference", "client", "opened_at"):
            first = made.sample.table.column_names[0]
            missing = "{constant: my-client}" if name == "client" else _yaml(first)
            lines.append(f"  {name}: {missing}    # CHECK: {UNRECOGNISED}")
            made.check.append(f"{name}: {UNRECOGNISED}; name it")
    made.check.append("fields: " + ", ".join(f"{name} is {column!r}" for name, column in made.columns.items()))
    return lines


def _others(made: Guess) -> list[str]:
    used = set(made.columns.values())
    rest = [name for name in made.sample.table.column_names if name not in used]
    return ["  # Further columns can be kept and used in conditions, such as", "  #   kind: {column: ..., type: text}",
            f"  # not used: {', '.join(repr(name) for name in rest)}"] if rest else []


def _yaml(text: str) -> str:
    simple = re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ./-]*[A-Za-z0-9_]", text)
    return text if simple and ": " not in text else json.dumps(text, ensure_ascii=False)
