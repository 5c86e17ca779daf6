"""What other rooms ask of this one, and the list of a client's scorecards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.engine.results import to_json
from keepscore.evidence.keys import public_keys as keys_of
from keepscore.scorecards.access import ref_of
from keepscore.scorecards.models import Publishing, Scorecard
from keepscore.scores.models import Score
from keepscore.scores.published import Frozen
from keepscore.web.words import day, day_long


@dataclass(frozen=True, slots=True)
class Row:
    """A period of a client's contract in the list."""

    label: str              # Q3 2026
    contract: str           # key of the contract; "" where the client has one
    url: str
    grade: str
    tenths: int | None
    state: str              # of the status component
    word: str
    detail: str
    start: date
    is_ready: bool = False          # can be published as far as the list knows
    has_moved: bool = False
    is_open: bool = False
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    headline: str
    sub: str
    rows: tuple[Row, ...]
    contracts: bool         # more than one contract, so each row names its own


_NAMED = ("published_at", "digest", "bundle", "period", "number", "client__slug", "contract__key")      # what `_frozen` tells


def frozen_for(client: Client, period: str, *, contract: str = "main") -> Frozen | None:
    """The scorecard that stands for a client's period, else the last one that did."""
    found = Scorecard.objects.filter(client=client, period=period, contract__key=contract)
    return _frozen(found.select_related("client", "contract").only(*_NAMED).order_by("-number").first())


def frozen_for_score(score: Score) -> Frozen | None:
    """The same for a score; the scores room asks with this one."""
    found = Scorecard.objects.filter(contract_id=score.contract_id, period=score.period, state=Scorecard.State.PUBLISHED)
    return _frozen(found.select_related("client", "contract").only(*_NAMED).first())


def _frozen(found: Scorecard | None) -> Frozen | None:
    return Frozen(found.published_at, found.digest, found.bundle, url_of(found)) if found else None


def url_of(scorecard: Scorecard) -> str:
    return reverse("scorecard-frozen", args=[scorecard.client.slug, ref_of(scorecard.contract, scorecard.period), scorecard.number])


def list_page(client: Client, *, at: datetime) -> ListPage:
    """Every period of a client that was scored or published, the newest first."""
    scores = Score.objects.filter(client=client).defer("result").select_related("contract")
    frozen = Scorecard.objects.filter(client=client).select_related("contract").order_by("number")
    latest = {(item.contract_id, item.period): item for item in frozen}
    waiting = set(
        Publishing.objects.filter(contract__client=client, state=Publishing.State.WAITING).values_list("contract_id", "period")
    )
    several = client.contracts.count() > 1
    rows = [_row(client, score, latest.pop((score.contract_id, score.period), None), several, waiting, at) for score in scores]
    rows += [_only_frozen(client, item, several) for item in latest.values()]
    rows.sort(key=lambda row: (row.start, row.contract), reverse=True)
    return ListPage(_headline(rows), _sub(rows), tuple(rows), several)


def _row(client: Client, score: Score, frozen: Scorecard | None, several: bool, waiting: set[tuple[int, str]], at: datetime) -> Row:
    if frozen is not None and (score.contract_id, score.period) not in waiting:
        return _only_frozen(client, frozen, several)
    state, word, detail = _state(score, at)
    if (score.contract_id, score.period) in waiting:
        state, word, detail = "working", _("being published"), ""
    url = reverse("scorecard", args=[client.slug, ref_of(score.contract, score.period)])
    return Row(
        score.label, score.contract.key if several else "", url, score.grade, score.tenths, state, word, detail, score.start,
        is_ready=state == "draft" and score.complete and score.is_over, is_open=state == "open",
    )  # fmt: skip


def _state(score: Score, at: datetime) -> tuple[str, str, str]:
    """The day decides in the list; the draft's own page asks for every source."""
    if at.date() < score.end:
        return "open", _("open"), _("until %(day)s") % {"day": day_long(score.end - timedelta(days=1))}
    if not (score.complete and score.is_over):
        seen = score.summary.get("complete_to")
        until = day(datetime.fromisoformat(seen), year=True) if seen else ""
        return "draft", _("draft"), _("a source is complete to %(day)s only") % {"day": until} if until else _("a source is not complete")
    return "draft", _("draft"), _("can be published")


def _only_frozen(client: Client, item: Scorecard, several: bool) -> Row:
    url = reverse("scorecard-frozen", args=[client.slug, ref_of(item.contract, item.period), item.number])
    state, word = ("frozen", _("frozen")) if item.state == Scorecard.State.PUBLISHED else ("withdrawn", _("withdrawn"))
    detail = day(item.withdrawn_at or item.published_at, year=True)
    if item.number > 1:
        detail += ", " + _("correction %(number)s") % {"number": item.number}
    return Row(
        item.label, item.contract.key if several else "", url, item.grade, item.tenths, state, word, detail, item.start,
        has_moved=item.has_moved, is_frozen=state == "frozen",
    )  # fmt: skip


def _headline(rows: Iterable[Row]) -> str:
    """The finding: what moved since it was frozen, else how the newest finished period stands."""
    rows = list(rows)
    moved = [row for row in rows if row.has_moved]
    if moved:
        return _("The numbers of %(period)s have moved since it was frozen.") % {"period": moved[0].label}
    over = [row for row in rows if not row.is_open]
    if not over:
        return _("No period is over yet.") if rows else _("No period has been scored yet.")
    if over[0].is_ready:
        return _("%(period)s is ready to publish.") % {"period": over[0].label}
    if over[0].is_frozen:
        waits = next((row.label for row in over if row.is_ready), "")
        if waits:
            return _("%(period)s is frozen; %(other)s is ready to publish.") % {"period": over[0].label, "other": waits}
        return _("%(period)s is frozen; nothing waits to be published.") % {"period": over[0].label}
    return _("%(period)s is not published yet.") % {"period": over[0].label}


def _sub(rows: Iterable[Row]) -> str:
    opened = [row for row in rows if row.is_open]
    return _("%(period)s is open %(until)s.") % {"period": opened[0].label, "until": opened[0].detail} if opened else ""


def public_keys() -> dict[str, object]:
    """The public keys of this installation, oldest first, with their fingerprints; empty before the first publication."""
    keys = keys_of(settings.FOLDERS.keys)
    return {"keys": [{**to_json(key), "algorithm": "Ed25519", "fingerprint": key.fingerprint} for key in keys]}
