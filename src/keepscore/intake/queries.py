"""What the pages of importing show, in finished words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.intake.access import HEAVY
from keepscore.intake.check_page import CheckPage, check_page, moves_block
from keepscore.intake.models import AT_WORK, IN_HAND, LOADED, Batch, Source, State
from keepscore.intake.operations import last_batch
from keepscore.records.freshness import lagging
from keepscore.records.repairs import Repairs
from keepscore.web.words import days_between, moment, number

__all__ = [
    "CheckPage", "check_page", "done_page", "history_row", "moves_block", "refused_page", "source_page", "start_page", "undo_page",
    "working_page",
]  # fmt: skip
STALE_DAYS = 7                          # a source that is not complete to the last week is marked
QUIET = timedelta(seconds=20)           # the worker is said to be silent after this
STATES = {      # of a batch, as a drawn mark
    State.RECEIVED: "proposed", State.CHECKING: "working", State.NEEDS_DECISION: "warning", State.READY: "proposed",
    State.IMPORTING: "working", State.IMPORTED: "done", State.REFUSED: "failed", State.CANCELLED: "withdrawn", State.UNDOING: "working",
    State.UNDONE: "withdrawn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with how far it is complete. `stale` says how old that is where it is too old."""

    name: str
    url: str
    complete_to: datetime | None
    stale: str
    records: int
    file_name: str
    last_url: str
    last_at: datetime | None
    has_columns: bool
    is_watched: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A batch in a list."""

    name: str
    url: str
    source: str
    state: str
    mark: str
    by: str
    at: datetime
    new: str
    updated: str
    left_out: str


@dataclass(frozen=True, slots=True)
class StartPage:
    headline: str
    sub: str
    sources: tuple[SourceRow, ...]
    open: tuple[HistoryRow, ...]       # files that wait for somebody


@dataclass(frozen=True, slots=True)
class WorkingPage:
    headline: str
    sub: str
    step: int
    steps: tuple[str, ...]
    url: str
    progress_url: str
    silent_since: datetime | None
    cancel_url: str
    at_step: int        # of the four steps of importing


@dataclass(frozen=True, slots=True)
class DonePage:
    """A batch after its import, or after it was given up."""

    headline: str
    sub: str
    problem: str
    facts: tuple[tuple[str, str], ...]
    rejected_url: str
    rejected_label: str
    original_url: str
    undo_url: str
    is_imported: bool
    moves: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RefusedPage:
    name: str
    problem: str
    columns_url: str
    again_url: str
    cancel_url: str
    take_back_url: str
    original_url: str


@dataclass(frozen=True, slots=True)
class UndoPage:
    headline: str
    text: tuple[str, ...]
    url: str
    submit: str
    cannot: str


@dataclass(frozen=True, slots=True)
class Remembered:
    field: str
    found: str
    meant: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    name: str
    sub: str
    mapping: str
    remembered: tuple[Remembered, ...]
    forget_url: str
    rows: tuple[HistoryRow, ...]
    declared: str


def start_page(batches: QuerySet[Batch], sources: QuerySet[Source], *, today: date) -> StartPage:
    """Every source with its last import, the stalest first; files in hand. Two queries, however many there are."""
    last = Batch.objects.filter(source=OuterRef("pk"), state=State.IMPORTED).order_by("-imported_at")
    found = sources.annotate(
        last_pk=Subquery(last.values("pk")[:1]), last_name=Subquery(last.values("file_name")[:1]),
        last_at=Subquery(last.values("imported_at")[:1]),
    ).order_by(F("complete_to").asc(nulls_first=True), "name")  # fmt: skip
    every = list(found.defer("mapping", "repairs").annotate(declared=~_blank("mapping")))
    behind = lagging({source.name: source.complete_to for source in every if source.complete_to})
    rows = tuple(_source_row(source, today, behind) for source in every)
    in_hand = batches.filter(state__in=(*IN_HAND, *AT_WORK)).exclude(state=State.REFUSED, received_by__isnull=True).defer(*HEAVY)
    return StartPage(_headline(rows), _("Choose a file; nothing is saved until you have seen what it changes."), rows,
                     tuple(history_row(item) for item in in_hand[:20]))


def _blank(field: str) -> Any:
    from django.db.models import Q

    return Q(**{field: ""})


def _headline(rows: tuple[SourceRow, ...]) -> str:
    if not rows:
        return _("No records yet: import a first file")
    stale = [row for row in rows if row.stale]
    if not stale:
        return ngettext("The one source is complete to this week", "All %(count)s sources are complete to this week", len(rows)) % {
            "count": len(rows)}
    if len(stale) == 1:
        return _("%(source)s is not complete to this week") % {"source": stale[0].name}
    return _("%(some)s of %(count)s sources are not complete to this week") % {"some": len(stale), "count": len(rows)}


def _stale(last_day: date | None, today: date, *, is_behind: bool) -> str:
    if last_day is None:
        return _("no records yet")
    if (today - last_day).days <= STALE_DAYS:
        return ""
    told = _("%(days)s old; clients with newer sources are scored without waiting for it") if is_behind else _("%(days)s old")
    return told % {"days": days_between(last_day, today)}


def _source_row(source: Any, today: date, behind: Collection[str]) -> SourceRow:
    last_day = timezone.localtime(source.complete_to).date() if source.complete_to else None
    return SourceRow(
        source.name, source.get_absolute_url(), source.complete_to, _stale(last_day, today, is_behind=source.name in behind),
        source.records, source.last_name or "", reverse("import-batch", args=[source.last_pk]) if source.last_pk else "", source.last_at,
        source.declared, source.watched,
    )  # fmt: skip


def history_row(batch: Batch) -> HistoryRow:
    """A batch in finished words; counts are a dash where nothing was loaded."""
    counted = batch.state in LOADED
    return HistoryRow(
        batch.file_name, batch.get_absolute_url(), batch.source.name if batch.source else "", str(batch.get_state_display()),
        STATES[State(batch.state)], str(batch.received_by or _("a watched folder")), batch.imported_at or batch.received_at,
        *(number(count if counted else None) for count in (batch.inserted, batch.updated, batch.left_out)),
    )  # fmt: skip


def working_page(batch: Batch) -> WorkingPage:
    names = {
        State.CHECKING: (_("Checking %(file)s"), (_("Judge every row"), _("Compare with the records there are"))),
        State.IMPORTING: (_("Importing %(file)s"), (_("Judge every row again"), _("Store the records"))),
        State.UNDOING: (_("Undoing %(file)s"), (_("Take its records back"),)),
    }
    headline, steps = names[State(batch.state)]
    quiet = batch.beat_at is not None and timezone.now() - batch.beat_at > QUIET
    return WorkingPage(
        headline % {"file": batch.file_name}, _("You can leave this page; the work goes on."), batch.step, steps, batch.get_absolute_url(),
        reverse("import-progress", args=[batch.pk]), batch.beat_at if quiet else None,
        reverse("import-cancel", args=[batch.pk]) if batch.state == State.CHECKING else "", 3 if batch.state == State.CHECKING else 4,
    )  # fmt: skip


def done_page(batch: Batch) -> DonePage:
    facts = [(_("Source"), batch.source.name if batch.source else "")]
    if batch.state in LOADED:
        facts += [
            (_("New records"), number(batch.inserted)), (_("Records updated"), number(batch.updated)),
            (_("Unchanged"), number(batch.unchanged)), (_("Left out"), number(batch.left_out)),
            (_("Complete to"), moment(batch.complete_to)), (_("Imported"), _signed(batch.imported_at, batch.imported_by)),
        ]  # fmt: skip
    if batch.undone_at:
        facts.append((_("Undone"), _signed(batch.undone_at, batch.undone_by)))
    facts += [(_("Handed in"), _signed(batch.received_at, batch.received_by)), (_("Size"), _bytes(batch.size)), ("SHA-256", batch.sha256)]
    is_imported = batch.state == State.IMPORTED
    last = last_batch() if is_imported else None
    return DonePage(
        _done_headline(batch), _done_sub(batch), batch.problem, tuple(facts),
        reverse("import-rejected", args=[batch.pk]) if batch.rejected else "",
        ngettext("Download the row left out", "Download the %(count)s rows left out", batch.left_out) % {"count": number(batch.left_out)},
        reverse("import-original", args=[batch.pk]) if batch.state != State.CANCELLED else "",
        reverse("import-undo", args=[batch.pk]) if last and last.pk == batch.pk else "", is_imported, batch.moves if is_imported else [],
    )  # fmt: skip


def _signed(at: datetime | None, by: Any) -> str:
    return _("%(moment)s, %(who)s") % {"moment": moment(at), "who": by or _("a watched folder")}


def _bytes(size: int) -> str:
    return _("%(size)s kB") % {"size": number(max(1, round(size / 1000)))}


def _done_headline(batch: Batch) -> str:
    if batch.state == State.CANCELLED:
        return _("%(file)s was not imported") % {"file": batch.file_name}
    if batch.state == State.UNDONE:
        return _("%(file)s was imported and undone") % {"file": batch.file_name}
    if not batch.inserted and not batch.updated:
        return _("Nothing new: all %(count)s records were there already") % {"count": number(batch.unchanged)}
    new = ngettext("%(count)s new record", "%(count)s new records", batch.inserted) % {"count": number(batch.inserted)}
    if not batch.updated:
        return _("%(new)s imported") % {"new": new}
    return _("%(new)s and %(updated)s updates imported") % {"new": new, "updated": number(batch.updated)}


def _done_sub(batch: Batch) -> str:
    if batch.state == State.CANCELLED:
        return _("Nothing was saved.")
    if batch.state == State.UNDONE:
        return _("The records are as they were before it. The same file can be imported again.")
    if batch.is_repeat:
        return _("%(file)s has the same content as a batch that was imported before.") % {"file": batch.file_name}
    if not batch.inserted and not batch.updated:
        return _("%(file)s changed nothing.") % {"file": batch.file_name}
    return _("%(file)s. The scores of the clients concerned are computed now.") % {"file": batch.file_name}


def refused_page(batch: Batch) -> RefusedPage:
    has_answers = Repairs.model_validate(batch.repairs or {}) != Repairs()
    return RefusedPage(
        batch.file_name, batch.problem, reverse("import-columns", args=[batch.pk]), reverse("import-look-again", args=[batch.pk]),
        reverse("import-cancel", args=[batch.pk]), reverse("import-take-back", args=[batch.pk]) if has_answers else "",
        reverse("import-original", args=[batch.pk]),
    )  # fmt: skip


def undo_page(batch: Batch) -> UndoPage:
    last = last_batch()
    can = last is not None and last.pk == batch.pk and batch.state == State.IMPORTED
    cannot = "" if can else _("Only the last batch that was imported can be undone.")
    text = (
        ngettext("%(count)s new record is taken out.", "%(count)s new records are taken out.", batch.inserted) % {
            "count": number(batch.inserted)},
        ngettext("%(count)s updated record is as it was before.", "%(count)s updated records are as they were before.", batch.updated) % {
            "count": number(batch.updated)},
        _("The scores of the clients concerned are computed again. Frozen scorecards never change."),
        _("The file stays here, and can be imported again."),
    )  # fmt: skip
    return UndoPage(
        _("Undo the import of %(file)s") % {"file": batch.file_name}, text, batch.get_absolute_url(),
        ngettext("Undo %(count)s record", "Undo %(count)s records", batch.inserted + batch.updated) % {
            "count": number(batch.inserted + batch.updated)}, cannot,
    )  # fmt: skip


def source_page(source: Source, batches: QuerySet[Batch]) -> SourcePage:
    answers = Repairs.model_validate(source.repairs or {}).values
    remembered = tuple(Remembered(field, found, meant) for field, pairs in answers.items() for found, meant in pairs.items())
    sub = _("%(records)s records, complete to %(moment)s.") % {"records": number(source.records), "moment": moment(source.complete_to)}
    return SourcePage(
        source.name, sub, "\n".join(source.mappings), remembered, reverse("import-forget", args=[source.pk]),
        rows_of(batches.filter(source=source).defer(*HEAVY)[:10]),
        _("Declared %(moment)s by %(who)s.") % {"moment": moment(source.saved_at), "who": source.saved_by or _("a watched folder")}
        if source.saved_at else "",
    )  # fmt: skip


def rows_of(batches: Iterable[Batch]) -> tuple[HistoryRow, ...]:
    return tuple(history_row(batch) for batch in batches)
