"""What the worker does with a wish to publish: files first, then the row. Killed at any moment, the next run ends the same."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.documents.filing import documents_of, write_documents
from keepscore.engine.results import to_json
from keepscore.evidence.keys import KeyFault, signing_key
from keepscore.evidence.publish import AlreadyPublished, CannotPublish, freeze, shelve
from keepscore.evidence.published import read_publication
from keepscore.evidence.shelf import ENDING, BrokenShelf, filed, safe_name
from keepscore.records.store_errors import StoreUnreadable
from keepscore.scorecards.files import bundle_path, contact_of, shelf_root
from keepscore.scorecards.models import Publishing, Scorecard
from keepscore.scorecards.numbers import numbers_of, shown_of, templates_of
from keepscore.scorecards.operations import CannotPublishYet, NumbersMoved, ask_worker
from keepscore.scorecards.signals import published
from keepscore.scorecards.standing import blocks
from keepscore.scores.judged import store_of
from keepscore.scores.models import Score
from keepscore.scores.terms import agreed_of
from keepscore.users import audit

log = logging.getLogger(__name__)


def publish_waiting(*, at: datetime) -> int:
    """Publish or refuse everything that is waiting; how many scorecards were published."""
    waiting = Publishing.objects.filter(state=Publishing.State.WAITING).select_related("contract__client__lead", "asked_by").order_by("id")
    return sum(publish(wish, at=at) is not None for wish in list(waiting))


def publish(wish: Publishing, *, at: datetime) -> Scorecard | None:
    """Freeze what was shown, put bundle, page and paper on the shelf, enter the row. None where it was refused; the wish says why."""
    try:
        return _publish(wish, at=at)
    except (CannotPublishYet, NumbersMoved, CannotPublish, BrokenShelf, KeyFault, StoreUnreadable) as problem:
        _refuse(wish, str(problem), at=at)
    except OSError as problem:
        _refuse(wish, _("The files cannot be written or read: %(why)s. Nothing is lost; publish again when that is mended.")
                % {"why": problem.strerror or problem}, at=at)
    except Exception:
        _refuse(wish, _("Something broke on our side. The log of the worker says what; publish again when it is mended."), at=at)
        raise
    return None


def _publish(wish: Publishing, *, at: datetime) -> Scorecard:
    contract = wish.contract
    adopt_orphans(contract.client, at=at)
    wish.refresh_from_db()
    if wish.scorecard is not None:          # an earlier run had written the files and was killed before the row
        return wish.scorecard
    score = Score.objects.select_related("contract", "client").filter(contract=contract, period=wish.period).first()
    if score is None:
        raise NumbersMoved
    card, templates = score.card, templates_of(score)
    found = blocks(score, card, templates, at=at)
    if found:
        raise CannotPublishYet(found)
    if shown_of(score, templates) != wish.shown:
        raise NumbersMoved
    frozen = freeze(card, contract=agreed_of(score), tables=store_of(score).tables(), actions=templates)
    latest = Scorecard.objects.filter(contract=contract, period=wish.period).order_by("-number").first()
    again = latest is not None and latest.state == Scorecard.State.WITHDRAWN
    key = signing_key(settings.FOLDERS.keys, now=at)
    try:
        path = shelve(frozen, at=at, out=shelf_root(), key=key, reason=wish.reason or None, again=again).path
    except AlreadyPublished as same:
        if latest is not None and bundle_path(latest) == same.path:
            raise
        path = same.path                    # another worker's, a moment ago
    return _enter(path, contract, at=at)


def adopt_orphans(client: Client, *, at: datetime) -> list[Scorecard]:
    """Bundles of this client that stand on the shelf without a row, since somebody was killed between the two, get theirs.

    Pages and papers that are missing are made again.
    """
    folder = shelf_root() / safe_name(client.key)
    if not folder.is_dir():
        return []
    known = set(Scorecard.objects.filter(client=client).values_list("bundle", flat=True))
    contracts = {contract.key: contract for contract in Contract.objects.filter(client=client).select_related("client__lead")}
    found = []
    for item in filed(folder):
        if item.path.name in known:
            if not documents_of(item.path).are_there:
                write_documents(item.path, contact=contact_of(client))
        elif item.manifest["contract"] in contracts and item.manifest["client"]["key"] == client.key:
            found.append(_enter(item.path, contracts[item.manifest["contract"]], at=at))
    return found


def reconcile(*, at: datetime) -> int:
    """Adopt what was published without its row, and have the worker end what was begun. How many were adopted.

    Cheap where nothing is to be done: names are compared, no bundle is opened. A client whose shelf is broken is logged and
    left as it is; nothing is added to it until it is mended.
    """
    adopted = 0
    for client in _with_orphans():
        try:
            adopted += len(adopt_orphans(client, at=at))
        except (BrokenShelf, OSError) as problem:
            log.error("The shelf of %s cannot be read: %s", client.key, problem)
    if Publishing.objects.filter(state=Publishing.State.WAITING).exists():
        ask_worker()
    return adopted


def _with_orphans() -> list[Client]:
    """Clients with a bundle that has no row, or a row whose page or paper is missing."""
    rows: dict[int, set[str]] = defaultdict(set)
    for client_id, bundle in Scorecard.objects.values_list("client_id", "bundle"):
        rows[client_id].add(bundle)
    found = []
    for client in Client.objects.select_related("lead"):
        folder = shelf_root() / safe_name(client.key)
        names = {entry.name for entry in os.scandir(folder)} if folder.is_dir() else set()
        bundles = {name for name in names if name.endswith(ENDING) and not name.startswith(".")}
        stems = {name.removesuffix(ENDING) for name in bundles}
        if bundles - rows[client.pk] or not {f"{stem}.{kind}" for stem in stems for kind in ("html", "pdf")} <= names:
            found.append(client)
    return found


def _enter(path: Path, contract: Contract, *, at: datetime) -> Scorecard:
    """Page and paper beside the bundle, then its row with all that goes with it, in one transaction."""
    client = contract.client
    write_documents(path, contact=contact_of(client))
    publication = read_publication(path)
    manifest, card = publication.filed.manifest, publication.scorecard
    with transaction.atomic():
        Contract.objects.select_for_update().get(pk=contract.pk)
        same = Scorecard.objects.filter(contract=contract, period=card.period.key)
        entered = same.filter(number=manifest["number"]).first()
        if entered is not None:             # another worker was quicker
            return entered
        same.filter(state=Scorecard.State.PUBLISHED).update(state=Scorecard.State.SUPERSEDED, has_moved=False)
        wish = Publishing.objects.filter(contract=contract, period=card.period.key, state=Publishing.State.WAITING).first()
        numbers = numbers_of(to_json(card))
        total = card.total
        scorecard = Scorecard.objects.create(
            client=client, contract=contract, period=card.period.key, label=card.period.label, start=card.period.start, end=card.period.end,
            number=manifest["number"], bundle=path.name, digest=publication.filed.digest, fingerprint=manifest["key"]["fingerprint"],
            numbers=numbers, as_of=card.as_of, grade=total.grade or "", tenths=total.score.tenths if total.score else None,
            met=total.met, missed=total.missed, correction=manifest["correction"], has_moved=_has_moved(contract, card.period.key, numbers),
            published_at=datetime.fromisoformat(manifest["published_at"]), published_by=wish.asked_by if wish else None,
        )  # fmt: skip
        if wish is not None:
            wish.state, wish.scorecard, wish.ended_at = Publishing.State.DONE, scorecard, at
            wish.save()
        about = {"client": client.key, "period": scorecard.period, "number": scorecard.number, "digest": scorecard.digest}
        audit.record("scorecard.published", about=scorecard, by=scorecard.published_by, at=at, reason=scorecard.reason, **about)
        published.send(Scorecard, scorecard=scorecard, at=at)
    return scorecard


def _has_moved(contract: Contract, period: str, numbers: str) -> bool:
    score = Score.objects.filter(contract=contract, period=period).only("result").first()
    return score is not None and numbers_of(score.result) != numbers


@transaction.atomic
def _refuse(wish: Publishing, problem: str, *, at: datetime) -> None:
    wish.state, wish.problem, wish.ended_at = Publishing.State.REFUSED, problem[:2000], at
    wish.save()
    about = {"client": wish.contract.client.key, "period": wish.period, "because": problem[:500]}
    audit.record("scorecard.published", about=wish, by=wish.asked_by, at=at, refused=True, **about)
