"""The page on which rows are checked: what stops them with the fix inside, some of them to look at, what the import will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.engine.saying import unpacked
from keepscore.intake.models import Batch
from keepscore.records.mapping import MappingError, loads_mapping
from keepscore.records.repairs import Repairs
from keepscore.web.words import moment, number, said

ORDER = (      # fields in the order in which a person reads a row
    "reference", "opened_at", "started_at", "at", "due_at", "resolved_at", "ended_at", "priority", "client", "measure", "component",
    "value", "function", "site",
)  # fmt: skip
COLUMNS = 7
SHORT = 8        # options that are shown as a list with the suggested one chosen
CLOSE = 300      # characters from which a cell is not corrected here


@dataclass(frozen=True, slots=True)
class Fix:
    """One group of rows and the answers that mend it."""

    number: int
    rows: str
    rows_word: str
    title: str
    detail: str
    target: str         # id of its first row in the table, where that is shown
    options: tuple[tuple[str, str], ...]
    suggested: str
    preselected: str    # the suggested value, where the list is short enough to show it
    is_long: bool       # more options than a person takes in at a glance
    apply: str
    leave: str          # the words of the button that leaves its rows out; empty where they are too many
    can_correct: bool


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    wrong: str
    name: str           # of its input; empty where it cannot be corrected here
    size: int
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    id: str
    cells: tuple[Cell, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovesBlock:
    """What will move, or that it is still being found; then the page asks at `url`."""

    moves: tuple[dict[str, Any], ...]
    is_moving: bool
    url: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    headline: str
    sub: str
    problem: str
    older: bool
    err_title: str
    fixes: tuple[Fix, ...]
    more_fixes: int
    has_values: bool    # there is something that could be remembered
    remember: bool
    facts: tuple[tuple[str, str, bool], ...]      # name, value, is what stays out
    moves: MovesBlock
    chips: tuple[tuple[str, str, int, str], ...]
    show: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    shown: str
    can_correct: bool
    import_label: str
    download_label: str
    source: str
    complete: str       # how far the source is complete already
    urls: dict[str, str]


def check_page(batch: Batch, *, show: str) -> CheckPage:
    """A batch whose rows were judged. `show` is problems, updates or ready; by itself the first of them that has rows."""
    counts = {"problems": batch.errors, "updates": batch.updated, "ready": batch.ready}
    kind = show if show in counts else next((name for name, count in counts.items() if count), "ready")
    rows, columns = _rows(batch, kind)
    shown_rows = {row.number for row in rows} if kind == "problems" else set()
    fixes = tuple(_fix(at, group, shown_rows) for at, group in enumerate(batch.groups))
    captions = {"problems": _("Rows with problems"), "updates": _("Rows that update a record"), "ready": _("Rows that are ready")}
    words = {"problems": _("Problems"), "updates": _("Updates"), "ready": _("Ready")}
    return CheckPage(
        headline=_headline(batch), sub=_sub(batch), problem=batch.problem, older=batch.older,
        err_title=ngettext("%(count)s row cannot be imported yet", "%(count)s rows cannot be imported yet", batch.errors) % {
            "count": number(batch.errors)},
        fixes=fixes[:20], more_fixes=max(0, len(fixes) - 20), has_values=any(fix.options for fix in fixes), remember=batch.remember,
        facts=_facts(batch), moves=moves_block(batch),
        chips=tuple((name, words[name], counts[name], "missed" if name == "problems" and counts[name] else "") for name in counts),
        show=kind, caption=captions[kind], columns=columns, rows=rows, shown=_shown(len(rows), counts[kind], kind),
        can_correct=any(cell.name for row in rows for cell in row.cells),
        import_label=_import_label(batch),
        download_label=ngettext("Download the row", "Download the %(count)s rows", batch.left_out) % {"count": number(batch.left_out)}
        if batch.left_out else "",
        source=batch.source.name if batch.source else "", urls=_urls(batch), complete=_complete(batch),
    )  # fmt: skip


def moves_block(batch: Batch) -> MovesBlock:
    return MovesBlock(tuple(batch.moves), batch.is_moving, reverse("import-moves", args=[batch.pk]))


def _complete(batch: Batch) -> str:
    if batch.source is None or batch.source.complete_to is None:
        return ""
    return _("%(source)s is complete to %(moment)s already; the later of the two holds.") % {
        "source": batch.source.name, "moment": moment(batch.source.complete_to)}


def _urls(batch: Batch) -> dict[str, str]:
    names = ("answers", "now", "cancel", "columns", "rejected", "take-back", "original")
    urls = {name.replace("-", "_"): reverse(f"import-{name}", args=[batch.pk]) for name in names}
    has_answers = Repairs.model_validate(batch.repairs or {}) != Repairs()
    return urls | ({} if has_answers else {"take_back": ""})


def _headline(batch: Batch) -> str:
    ready = ngettext("%(count)s row is ready", "%(count)s rows are ready", batch.ready) % {"count": number(batch.ready)}
    if batch.errors:
        asked = ngettext("%(count)s needs a decision from you", "%(count)s need a decision from you", batch.errors) % {
            "count": number(batch.errors)}
        return f"{ready}. {asked}" if batch.ready else _("No row is ready. %(asked)s") % {"asked": asked}
    if batch.ready and not batch.inserted and not batch.updated:
        return _("Nothing new: all %(count)s records are there already") % {"count": number(batch.ready)}
    return ready


def _sub(batch: Batch) -> str:
    rows = ngettext("%(count)s row", "%(count)s rows", batch.total) % {"count": number(batch.total)}
    return _("%(file)s, %(rows)s. Nothing is saved until you press Import.") % {"file": batch.file_name, "rows": rows}


def _facts(batch: Batch) -> tuple[tuple[str, str, bool], ...]:
    facts = [
        (_("New records"), number(batch.inserted), False),
        (_("Records updated, same number seen before"), number(batch.updated), False),
    ]
    if batch.unchanged:
        facts.append((_("Unchanged"), number(batch.unchanged), False))
    if batch.left_out:
        facts.append((_("Left out, kept in a file for you"), number(batch.left_out), True))
    return tuple(facts)


def _import_label(batch: Batch) -> str:
    if not batch.ready:
        return ""
    count, out = number(batch.ready), number(batch.left_out)
    if batch.left_out:
        return _("Import %(count)s, leave %(out)s out") % {"count": count, "out": out}
    return _("Import %(count)s") % {"count": count}


def _fix(at: int, group: dict[str, Any], shown: set[str]) -> Fix:
    rows = number(group["rows"])
    apply = ngettext("Apply to %(count)s row", "Apply to %(count)s rows", group["rows"]) % {"count": rows}
    leave = ngettext("Leave %(count)s row out", "Leave %(count)s rows out", group["rows"]) % {"count": rows} if group["every"] else ""
    is_long = len(group["options"]) > SHORT
    first = next((row for row in group["first"] if number(row) in shown), None)
    title, detail = (said(unpacked(kept)) for kept in group.get("says") or (group["title"], group["detail"]))
    return Fix(
        number=at, rows=rows, rows_word=ngettext("row", "rows", group["rows"]), title=title, detail=detail,
        target=f"row-{first}" if first else "", options=tuple((option["value"], option["label"]) for option in group["options"]),
        suggested=group["suggested"]["label"] if group["suggested"] else "", apply=apply, leave=leave,
        preselected=group["suggested"]["value"] if group["suggested"] and not is_long else "", is_long=is_long,
        can_correct=group["repair"] == "correct" and first is not None,
    )  # fmt: skip


def _rows(batch: Batch, kind: str) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Rows under the few columns that matter: the key, what is wrong, then what a person reads first."""
    names: list[str] = batch.preview.get("columns", [])
    found = batch.preview.get(kind, [])
    wrong = {at for item in found for at, (_text, why) in enumerate(item["cells"]) if why}
    picked = _picked(names, wrong, batch)
    is_problems = kind == "problems"
    rows = tuple(
        Row(number(item["row"]), f"row-{item['row']}",
            tuple(_cell(item, at, names[at], is_problems) for at in picked if at < len(item["cells"])),
            tuple(_(why) for why in item["wrong"]))
        for item in found
    )  # fmt: skip
    return rows, tuple(names[at] for at in picked)


def _picked(names: Sequence[str], wrong: set[int], batch: Batch) -> list[int]:
    try:
        mapping = loads_mapping(batch.mapping, name="columns")
    except MappingError:
        return sorted(wrong)[:COLUMNS]
    fields = [name for name in ORDER if name in mapping.fields] + [name for name in mapping.fields if name not in ORDER]
    order = list(dict.fromkeys(names.index(origin) for field in fields for origin in mapping.fields[field].origins if origin in names))
    keys, rest = order[:1], [at for at in order[1:] if at not in wrong]
    most = max(COLUMNS, len(wrong | set(keys)))      # what is wrong is never cut off
    chosen = [*keys, *(at for at in sorted(wrong) if at not in keys), *rest][:most]
    return sorted(chosen, key=lambda at: order.index(at) if at in order else len(order) + at)


def _cell(item: dict[str, Any], at: int, column: str, is_problems: bool) -> Cell:
    text, wrong = item["cells"][at][0], _(item["cells"][at][1]) if item["cells"][at][1] else ""
    can = is_problems and bool(wrong) and len(text) < CLOSE and "\n" not in text and "\r" not in text
    label = _("Row %(row)s, %(column)s: %(wrong)s") % {"row": number(item["row"]), "column": column, "wrong": wrong}
    return Cell(text, wrong or "", f"cell-{item['row']}-{at}" if can else "", min(max(len(text), 8), 26), label)


def _shown(count: int, every: int, kind: str) -> str:
    text = _("%(count)s of %(every)s shown.") % {"count": number(count), "every": number(every)}
    return " ".join((text, _("Type over a marked cell to correct it."))) if kind == "problems" and count else text
