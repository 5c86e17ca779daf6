"""Look-up files that lie beside a file: their columns are added to its rows by one that both share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from keepscore.intake import files
from keepscore.intake.models import Batch, State
from keepscore.records.checks.errors import FileRefused
from keepscore.records.mapping import MappingError, loads_mapping
from keepscore.records.mapping_model import ImportMapping, Join
from keepscore.records.mapping_sample import look
from keepscore.records.readers.raw import BROWSER
from keepscore.web.words import number

Data = Mapping[str, str]
Options = tuple[tuple[str, Any, bool], ...]
SHOWN = 3       # keys without a line that are named


@dataclass(frozen=True, slots=True)
class JoinRow:
    """A look-up file with the column that it shares with the file, `field` being the form's."""

    file: str
    field: str
    here: Options
    there: Options
    columns: str
    found: str          # how many rows find their line


def looked_at(path: Path) -> dict[str, Any]:
    """How a look-up file is written, its columns with some values of each, as JSON. Raises FileRefused."""
    sample = look(path, BROWSER)
    if sample.format not in ("csv", "tsv"):
        raise FileRefused("file_type", _("A look-up file is CSV or TSV. Save it as one of them and hand it in again."))
    samples = {name: _some(sample.table[name]) for name in sample.table.column_names}
    return {"columns": sample.table.column_names, "samples": samples, "delimiter": sample.delimiter, "encoding": sample.encoding}


def named_in(texts: Iterable[str], file: str) -> Join | None:
    """The join that names the columns of a look-up file without a header, in the first mapping that can be read and has it."""
    for text in filter(None, texts):
        try:
            joins = loads_mapping(text, name="columns").join
        except MappingError:
            continue
        for join in joins:
            if join.file == file and join.columns:
                return join
    return None


def _some(column: pa.ChunkedArray) -> list[str]:
    texts = pc.unique(column.slice(0, 500).cast(pa.string()).fill_null(""))
    return [text[:60] for text in texts.to_pylist() if text.strip()][:3]


def offered(batch: Batch, base: ImportMapping | None) -> dict[str, tuple[str, list[str]]]:
    """Every column that the look-up files add, by the name it goes by: its file, and some of its values."""
    taken = set(batch.look.get("columns", []))
    result: dict[str, tuple[str, list[str]]] = {}
    for file, info in batch.beside.items():
        for name in _columns(file, info, base):
            own = name if name not in taken else f"{Path(file).stem}.{name}"
            result.setdefault(own, (file, info["samples"].get(name, [])))
            taken.add(own)
    return result


def offers(mapping: ImportMapping, beside: Mapping[str, Any]) -> set[str]:
    """Every name by which a column of a joined file may be meant, as far as the files are known."""
    plain = {(join.file, name) for join in mapping.join for name in join.columns or beside.get(join.file, {}).get("columns", [])}
    return {name for _file, name in plain} | {f"{Path(file).stem}.{name}" for file, name in plain}


def missing(batch: Batch, mapping: ImportMapping | None) -> tuple[str, ...]:
    """Files that the columns join and that nobody has handed in beside this one."""
    return tuple(join.file for join in mapping.join if join.file not in batch.beside) if mapping is not None else ()


def missing_of(batch: Batch, texts: Iterable[str]) -> tuple[str, ...]:
    """The same for the declared columns of a source."""
    found = [file for text in texts for file in missing(batch, loads_mapping(text, name="columns"))]
    return tuple(dict.fromkeys(found)) if batch.state == State.RECEIVED else ()


def joins_of(batch: Batch, base: ImportMapping | None, data: Data | None) -> tuple[Join, ...]:
    """What is joined: as declared, else by a column of the same name; or as chosen in the form."""
    declared = {join.file: join for join in base.join} if base is not None else {}
    return (*(join for file, join in declared.items() if file not in batch.beside), *_chosen(batch, declared, data))


def _chosen(batch: Batch, declared: Mapping[str, Join], data: Data | None) -> Iterator[Join]:
    given = data or {}
    shown = {given[f"join-{at}-file"]: f"join-{at}" for at in range(len(batch.beside) + 1) if f"join-{at}-file" in given}      # as then
    shown = shown or {file: f"join-{at}" for at, file in enumerate(batch.beside)}
    for file, info in batch.beside.items():
        before = declared.get(file)
        here, there = next(iter(before.on.items())) if before else _same_name(batch, info)
        if f"{shown.get(file)}-here" in given:
            here, there = given[f"{shown[file]}-here"], given.get(f"{shown[file]}-there", "")
        if here and there:
            rest = {"columns": before.columns, "delimiter": before.delimiter, "encoding": before.encoding} if before else {
                "delimiter": info.get("delimiter"), "encoding": info.get("encoding")}  # fmt: skip
            yield Join.model_validate({"file": file, "on": {here: there}, **rest})


def _same_name(batch: Batch, info: Mapping[str, Any]) -> tuple[str, str]:
    shared = [name for name in batch.look.get("columns", []) if name in info["columns"]]
    return (shared[0], shared[0]) if len(shared) == 1 else ("", "")


def problems(batch: Batch, joins: Iterable[Join], columns: Iterable[str]) -> tuple[str, ...]:
    """Why the columns cannot be saved: a look-up file that is missing or not matched although a column of it is used."""
    by_file, used = {join.file: join for join in joins}, set(columns)
    mine = offered(batch, None)
    said = [_("%(file)s is joined and not here. Hand it in as a look-up file.") % {"file": file}
            for file in by_file if file not in batch.beside]  # fmt: skip
    for file in batch.beside:
        if file not in by_file and any(mine[name][0] == file for name in used & set(mine)):
            said.append(_("%(file)s: choose the column that it shares with this file.") % {"file": file})
    return tuple(said)


def rows(batch: Batch, base: ImportMapping | None, joins: tuple[Join, ...]) -> tuple[JoinRow, ...]:
    """The look-up files as the page shows them."""
    on = {join.file: (join, *next(iter(join.on.items()))) for join in joins}
    result = []
    for at, (file, info) in enumerate(batch.beside.items()):
        join, here, there = on.get(file, (None, "", ""))
        names = _columns(file, info, base)
        result.append(JoinRow(
            file, f"join-{at}", _options(batch.look.get("columns", []), here), _options(names, there), ", ".join(names),
            _found(batch, join) if join is not None else "",
        ))  # fmt: skip
    return tuple(result)


def _columns(file: str, info: Mapping[str, Any], base: ImportMapping | None) -> list[str]:
    named = next((join.columns for join in base.join if join.file == file), None) if base is not None else None
    return list(named or info["columns"])


def _options(names: Iterable[str], chosen: str) -> Options:
    every = {"": _("choose"), **{name: name for name in names}}
    return tuple((value, word, value == chosen) for value, word in ({**every, chosen: chosen} if chosen not in every else every).items())


def _found(batch: Batch, join: Join) -> str:
    """How many rows of the file, as far as it is sampled, find their line in the look-up file."""
    here, there = next(iter(join.on.items()))
    try:
        mine = look(files.place(batch.path), BROWSER).table
        keys = look(files.place(files.beside(batch.path, join.file)), BROWSER).table
    except (FileRefused, OSError):
        return ""
    if here not in mine.column_names or there not in keys.column_names:
        return ""
    texts = pc.utf8_trim_whitespace(mine[here].cast(pa.string()).fill_null(""))
    is_there = pc.is_in(texts, value_set=pc.utf8_trim_whitespace(keys[there].cast(pa.string()).fill_null("")))
    lost = pc.unique(texts.filter(pc.invert(is_there))).to_pylist()
    told = _("%(found)s of %(rows)s rows find their line.") % {"found": number(pc.sum(is_there).as_py() or 0), "rows": number(len(texts))}
    return told + (" " + _("Not in it: %(keys)s") % {"keys": ", ".join(text or _("blank") for text in lost[:SHOWN])} if lost else "")
