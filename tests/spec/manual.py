"""The manual of calculations, written from the spec tables: `python -m tests.spec.manual docs/calculations`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML

from tests.spec import CHAPTERS
from tests.spec.case import OFFICE, Spec, header_of, rows_of
from tests.spec.silent import SILENT

LONGEST = 12  # rows of a table that are shown
TABLES = ("records", "pauses", "outages", "values")


def pages() -> dict[str, str]:
    """File name to text: one page a chapter, and the index."""
    return {"index.md": _index(), **{f"{_name(chapter)}.md": _chapter(chapter) for chapter in CHAPTERS}}


def _name(chapter: ModuleType) -> str:
    return chapter.__name__.rsplit(".", 1)[-1].replace("_", "-")


def _index() -> str:
    lines = ["# How every number is made", ""]
    lines += ["Each rule below is a small table and its answer. The same tables are run as tests, so this manual cannot go stale.", ""]
    lines += [f"- [{chapter.TITLE}]({_name(chapter)}.md): {len(chapter.SPECS)} rules" for chapter in CHAPTERS]
    for title, decisions in SILENT.items():
        lines += ["", f"## {title}", ""] + [f"- **{subject}.** {text}" for subject, text in decisions.items()]
    return "\n".join(lines) + "\n"


def _chapter(chapter: ModuleType) -> str:
    lines = [f"# {chapter.TITLE}", "", "Times are local to the client. What a result does not name is 0.", ""]
    for spec in chapter.SPECS:
        lines += _rule(spec)
    return "\n".join(lines).rstrip() + "\n"


def _rule(spec: Spec) -> list[str]:
    lines = [f"## {spec.title}", ""]
    if spec.text:
        lines += [spec.text, ""]
    lines += ["```yaml", _yaml(_agreed(spec)), "```", ""]
    for name in TABLES:
        lines += _table(name, getattr(spec, name))
    lines += [f"Period {spec.period}, seen as of {spec.as_of}, {spec.timezone}. This gives:", ""]
    return [*lines, *_gives(spec.gives), ""]


def _agreed(spec: Spec) -> dict[str, Any]:
    """The measure, with what else of the contract the rule turns on."""
    agreed: dict[str, Any] = {"measure": dict(spec.measure), **spec.version}
    if dict(spec.calendars) != {"office": OFFICE} or "office" in str(spec.measure):
        agreed["calendars"] = spec.calendars
    if spec.enough > 1:
        agreed["enough_data"] = {"records": str(spec.enough)}
    return agreed


def _yaml(value: Mapping[str, Any]) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 4096
    out = StringIO()
    yaml.dump(_plain(value), out)
    return out.getvalue().rstrip()


def _plain(value: Any) -> Any:
    """Amounts stand as a person writes them: 20, not '20'."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _table(name: str, text: str) -> list[str]:
    rows = rows_of(text)
    if not rows:
        return []
    header = header_of(text)
    lines = [f"**{name.capitalize()}**", "", _row(header), _row(["---"] * len(header))]
    lines += [_row([row[column] for column in header]) for row in rows[:LONGEST]]
    more = len(rows) - LONGEST
    return [*lines, *([_row([f"and {more} more"] + [""] * (len(header) - 1))] if more > 0 else []), "", *_all_rows(rows, more)]


def _all_rows(rows: list[dict[str, str]], more: int) -> list[str]:
    """Where rows are not shown: how many there are of each kind, by the columns that are not moments."""
    if more <= 0:
        return []
    columns = [name for name in rows[0] if name.startswith("is_")]
    parts = [f"{c} is {value} in {sum(row[c] == value for row in rows)}" for c in columns for value in ("yes", "no")]
    return [f"All {len(rows)} rows{': ' + ', '.join(parts) if parts else ''}.", ""]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _gives(gives: Mapping[str, Any]) -> list[str]:
    return ["| result | |", "| --- | --- |", *(_row([name.replace("_", " "), _words(value)]) for name, value in gives.items())]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{'blank' if key == 'None' else key}: {_words(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return "{} kept, {} missed".format(*value)
    return "none" if value is None else str(value)


def write(folder: Path) -> None:
    """Write every page, and take away pages of chapters that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
