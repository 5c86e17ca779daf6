"""The records behind a number as a page shows them: filtered, counted, 25 at a time; only the shown ones become Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.documents.charts_rows import over_by
from keepscore.scores.addresses import AnyKey
from keepscore.web import words

A_PAGE = 25
OUTCOMES = {"missed": "missed", "kept": "kept", "open": "open", "left-out": "left out", "unjudged": "cannot be judged"}
ICONS = {"missed": "missed", "kept": "met", "open": "on time", "left-out": "none", "unjudged": "too few"}
ALWAYS = ("missed", "kept")
OWN = ("priority", "site", "function")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: an outcome, and one value of a column ("" is a blank one, None every value)."""

    show: str = ""
    column: str = ""
    value: str | None = None
    page: str = "1"


@dataclass(frozen=True, slots=True)
class Row:
    """One record, finished for the table."""

    reference: str
    url: str
    opened: str
    priority: str
    place: str
    function: str
    limit: str
    took: str
    waited: str
    promised: str
    done: str
    paused: str
    over: str
    over_bar: str
    reason: str
    outcome: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the records, the filters with their counts, and which columns have anything to show."""

    show: str
    chips: tuple[tuple[str, str, int, str], ...]
    filtered_by: str  # "Site: Leeds"; "" where nothing is
    rows: tuple[Row, ...]
    page: Page
    has: frozenset[str]
    more: tuple[str, ...]  # heads of further columns
    order: str
    whole: int  # records under every filter


def listing(rows: pa.Table, asked: Asked, *, client_slug: str, zone: str, functions: dict[str, str], chip_words: dict[str, str]) -> Listing:
    """The page asked for; a page that does not exist is the nearest one that does."""
    within = rows if not asked.column else rows.filter(_is(rows, asked.column, asked.value))
    counts = _counts(within)
    show = asked.show if asked.show in OUTCOMES else next((key for key in OUTCOMES if counts[key]), "missed")
    chosen = chosen_rows(within, show)
    page = Paginator(range(chosen.num_rows), A_PAGE).get_page(asked.page)
    first = page.start_index() - 1 if chosen.num_rows else 0
    further = tuple(name for name in rows.column_names[rows.column_names.index("counted_at") + 1 :])
    furthest = pc.max(chosen["over"]).as_py() or 0
    shown = chosen.slice(first, A_PAGE).to_pylist()
    return Listing(
        show=show, chips=tuple((key, chip_words[key], counts[key], ICONS[key]) for key in OUTCOMES if counts[key] or key in ALWAYS),
        filtered_by=_told(asked, functions), page=page, has=_filled(chosen, rows),
        more=tuple(name.replace("_", " ").capitalize() for name in further),
        rows=tuple(_row(row, further, client_slug, ZoneInfo(zone), functions, furthest) for row in shown),
        order=_("Furthest over first") if show == "missed" else _("In order of opening"), whole=rows.num_rows,
    )  # fmt: skip


def chosen_rows(rows: pa.Table, show: str) -> pa.Table:
    return rows.filter(pc.equal(rows["outcome"], OUTCOMES[show]))


def filtered(rows: pa.Table, asked: Asked) -> pa.Table:
    """The rows that a page with this address lists, all pages together."""
    within = rows if not asked.column else rows.filter(_is(rows, asked.column, asked.value))
    return chosen_rows(within, asked.show) if asked.show in OUTCOMES else within


def address(slug: str, source: str, reference: str) -> str:
    """What `reverse` gives for a record, for long lists."""
    start, end = _around(slug)
    return f"{start}{quote(AnyKey().to_url(source))}/{quote(AnyKey().to_url(reference))}{end}"


@lru_cache(maxsize=512)
def _around(slug: str) -> tuple[str, str]:
    start, _middle, end = reverse("client-record", args=[slug, "source", "reference"]).partition("source/reference")
    return start, end


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """ "12 Aug 07:14" on the client's clock."""
    if at is None:
        return words.DASH
    there = at.astimezone(zone)
    return f"{words.day(there.date())} {there:%H:%M}"


def _is(rows: pa.Table, column: str, value: str | None) -> Any:
    if column not in rows.column_names or rows.schema.field(column).type != pa.string():
        return pa.array([False] * rows.num_rows)
    blank = pc.or_kleene(pc.is_null(rows[column]), pc.equal(rows[column], ""))
    return pc.fill_null(pc.equal(rows[column], value), False) if value else pc.fill_null(blank, True)


def _counts(rows: pa.Table) -> dict[str, int]:
    found = {item["values"]: item["counts"] for item in pc.value_counts(rows["outcome"]).to_pylist()}
    return {key: found.get(outcome, 0) for key, outcome in OUTCOMES.items()}


def _told(asked: Asked, functions: dict[str, str]) -> str:
    if not asked.column:
        return ""
    value = functions.get(asked.value or "", asked.value) if asked.column == "function" else asked.value
    return _("%(column)s: %(value)s") % {"column": asked.column.replace("_", " ").capitalize(), "value": value or _("blank")}


def _filled(rows: pa.Table, every: pa.Table) -> frozenset[str]:
    """Columns with anything to tell: an empty one is not shown, nor one that says the same of every record of the measure."""
    found = {name for name in rows.column_names if rows[name].null_count < rows.num_rows}
    if "paused" in found and not pc.max(rows["paused"]).as_py():
        found.discard("paused")
    if "elapsed" in found:  # then lengths of time say it; else the two moments do
        found -= {"due_at", "resolved_at"}
    found -= {name for name in OWN if pc.count_distinct(every[name]).as_py() < 2}
    return frozenset(found)


def _row(row: dict[str, Any], further: tuple[str, ...], slug: str, zone: ZoneInfo, functions: dict[str, str], furthest: int) -> Row:
    over = row["over"]
    return Row(
        reference=row["reference"], url=address(slug, row["source"], row["reference"]),
        opened=local(row["opened_at"], zone), priority=row["priority"] or words.DASH, place=row["site"] or words.DASH,
        function=functions.get(row["function"] or "", row["function"]) or words.DASH, limit=words.duration(row["limit"]),
        took=words.duration(row["elapsed"]), waited=words.duration(row["waited"]),
        promised=local(row["due_at"], zone), done=local(row["resolved_at"], zone), paused=words.duration(row["paused"] or None),
        over="" if over is None else words.duration(over), over_bar=over_by(over / furthest) if over else "", reason=row["reason"] or "",
        outcome=row["outcome"], more=tuple(cell_text(row[name], zone) for name in further),
    )  # fmt: skip


def cell_text(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return local(value, zone)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return words.DASH if value is None else str(value)
