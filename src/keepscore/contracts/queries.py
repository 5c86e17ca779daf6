"""A contract as its page shows it, in finished words: facts, versions, the terms of one of them, calendars, revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.clients.models import Client
from keepscore.contracts import wording
from keepscore.contracts.calendars import Week, week_of
from keepscore.contracts.changes import changes
from keepscore.contracts.models import Contract, Draft, Preview, Revision
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import model as engine
from keepscore.web import words

LATEST = 8                          # revisions on the contract's own page
LATE = timedelta(seconds=40)        # a preview takes a second or two


@dataclass(frozen=True, slots=True)
class VersionRow:
    start: date
    until: date | None          # last day, None while it is open-ended
    state: str                  # "in force", "planned", "ended"
    changes: tuple[str, ...]    # against the version before it
    is_shown: bool


@dataclass(frozen=True, slots=True)
class MeasureRow:
    key: str
    name: str
    counts: str
    kept: str
    left_out: tuple[tuple[str, str], ...]
    target: str
    weight: str
    credit: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A sub-area with its measures; those without any are shown as such."""

    name: str
    weight: str
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class AreaRow:
    name: str
    weight: str
    groups: tuple[Group, ...]
    measures: int


@dataclass(frozen=True, slots=True)
class FunctionRow:
    name: str
    key: str
    plan: tuple[str, ...]
    calendar: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One version."""

    start: date
    fee: str
    at_risk: str
    areas: tuple[AreaRow, ...]
    functions: tuple[FunctionRow, ...]
    calendars: tuple[Week, ...]
    grades: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]
    measures: int
    has_credits: bool


@dataclass(frozen=True, slots=True)
class ContractPage:
    message: str
    sub: str
    facts: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    terms: Terms
    revisions: Sequence[Revision]
    revisions_total: int
    shown_state: str
    editable: bool                      # a version that is not yet in force exists


def contract_page(contract: Contract, *, today: date, start: date | None = None) -> ContractPage | None:
    """The page of a contract with the version that begins on `start` (else the one in force); None where there is no such version."""
    agreed = loads_contract(contract.text, name="contract")
    versions = agreed.versions
    index = _index(versions, start, today=today)
    if index is None:
        return None
    rows = _versions(agreed, shown=index, today=today)
    revisions = list(contract.revisions.select_related("saved_by").defer("text"))
    return ContractPage(
        message=_message(agreed, rows, today=today), sub=_sub(agreed), facts=_facts(agreed, today=today), versions=rows,
        terms=terms(versions[index], agreed.currency, year=max(today, versions[index].from_).year), revisions=revisions[:LATEST],
        revisions_total=len(revisions), shown_state=rows[index].state, editable=any(row.state == "planned" for row in rows),
    )  # fmt: skip


def _index(versions: tuple[engine.Version, ...], start: date | None, *, today: date) -> int | None:
    if start is not None:
        return next((n for n, version in enumerate(versions) if version.from_ == start), None)
    return max((n for n, version in enumerate(versions) if version.from_ <= today), default=0)


def _versions(agreed: engine.Contract, *, shown: int, today: date) -> tuple[VersionRow, ...]:
    rows = []
    for n, version in enumerate(agreed.versions):
        following = agreed.versions[n + 1].from_ - timedelta(days=1) if n + 1 < len(agreed.versions) else None
        until = following if following is not None else agreed.ends
        state = "planned" if version.from_ > today else "ended" if until is not None and until < today else "in force"
        told = changes(agreed.versions[n - 1], version, agreed.currency) if n else ()
        rows.append(VersionRow(version.from_, until, state, told, n == shown))
    return tuple(rows)


def _message(agreed: engine.Contract, rows: tuple[VersionRow, ...], *, today: date) -> str:
    if agreed.ends is not None and agreed.ends < today:
        return _("This contract ended on %(day)s") % {"day": words.day_long(agreed.ends)}
    current = next((row for row in rows if row.state == "in force"), None)
    if current is None:
        return _("This contract begins on %(day)s") % {"day": words.day_long(rows[0].start)}
    told = _("In force since %(day)s") % {"day": words.day_long(rows[0].start)}
    if agreed.ends is not None:
        told = _("In force until %(day)s") % {"day": words.day_long(agreed.ends)}
        if agreed.notice is not None and agreed.notice >= today:
            told += _(", notice by %(day)s") % {"day": words.day_long(agreed.notice)}
    planned = next((row for row in rows if row.state == "planned"), None)
    return told + (_("; new terms from %(day)s") % {"day": words.day_long(planned.start)} if planned else "")


def _sub(agreed: engine.Contract) -> str:
    measures = len(agreed.versions[-1].measures)
    told = ngettext("%(n)s version", "%(n)s versions", len(agreed.versions)) % {"n": len(agreed.versions)}
    return _("%(versions)s, %(measures)s in the latest.") % {
        "versions": told, "measures": ngettext("%(n)s measure", "%(n)s measures", measures) % {"n": measures},
    }  # fmt: skip


def _facts(agreed: engine.Contract, *, today: date) -> tuple[tuple[str, str], ...]:
    def dated(day: date | None) -> str:
        return f"{words.day_long(day)}, {words.in_days(day, today)}" if day is not None else _("not said")

    client = agreed.client
    month = date_format(date(2000, agreed.year_starts, 1), "F")
    return (
        (_("Ends"), dated(agreed.ends)), (_("Notice by"), dated(agreed.notice)), (_("Currency"), agreed.currency or _("not said")),
        (_("Time zone"), client.timezone if client else ""), (_("The year starts in"), month),
    )  # fmt: skip


def terms(version: engine.Version, currency: str | None, *, year: int) -> Terms:
    """One version in words; holidays are those of `year`."""
    card = version.scorecard
    return Terms(
        start=version.from_, fee=wording.fee(version, currency), at_risk=wording.at_risk(version), areas=_areas(version),
        functions=tuple(FunctionRow(f.name, f.key, wording.plan(f), f.calendar or "") for f in version.functions),
        calendars=tuple(week_of(key, hours, year=year) for key, hours in version.calendars.items()),
        grades=tuple((letter, wording.number(getattr(card.grades, letter))) for letter in "ABCDF"),
        rules=wording.rules(card), measures=len(version.measures),
        has_credits=any(m.credit for m in version.measures),
    )  # fmt: skip


def _areas(version: engine.Version) -> tuple[AreaRow, ...]:
    rows = []
    for area in version.scorecard.areas:
        groups = tuple(
            Group(sub.name, wording.number(sub.weight), tuple(_measure(m, version) for m in version.measures if m.sub_area == sub.key))
            for sub in area.sub_areas
        )
        rows.append(AreaRow(area.name, wording.number(area.weight), groups, sum(len(group.measures) for group in groups)))
    return tuple(rows)


def _measure(measure: engine.Measure, version: engine.Version) -> MeasureRow:
    return MeasureRow(
        measure.key, measure.name, wording.counts(measure, version), wording.kept(measure), wording.left_out(measure),
        wording.target(measure.target), wording.number(measure.weight), wording.credit(measure.credit), measure.critical,
    )  # fmt: skip


def drafts_of_others(client: Client, key: str, user: Any) -> list[tuple[str, datetime]]:
    """Who else is writing on this contract, and since when their text stands."""
    found = Draft.objects.filter(client=client, key=key).exclude(saved_by=user).select_related("saved_by").defer("text")
    return [(draft.saved_by.name, draft.saved_at) for draft in found]


def others_of(client: Client, contract: Contract) -> tuple[str, ...]:
    """Keys of the client's further contracts."""
    return tuple(client.contracts.exclude(pk=contract.pk).order_by("key").values_list("key", flat=True))


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """The answer of the worker, where it is about the draft as it now stands."""

    is_waiting: bool
    is_late: bool               # asked for a while ago, so the worker may not be running
    has_failed: bool
    problem: str
    asked_at: datetime
    periods: tuple[dict[str, Any], ...]


def preview_shown(draft: Draft, *, now: datetime) -> PreviewShown | None:
    found = Preview.objects.filter(draft=draft, asked=draft.fingerprint).first()
    if found is None:
        return None
    is_waiting = found.state == Preview.State.WAITING
    return PreviewShown(
        is_waiting, is_waiting and now - found.asked_at > LATE, found.state == Preview.State.FAILED, found.problem, found.asked_at,
        tuple(found.result.get("periods", ())),
    )  # fmt: skip
