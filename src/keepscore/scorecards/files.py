"""Where the files of a published scorecard stand on this installation's shelf, and under which names they are handed out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.documents import filing
from keepscore.documents.html import scorecard_html, travelling
from keepscore.evidence.published import Publication, read_publication
from keepscore.evidence.shelf import safe_name
from keepscore.scorecards.models import Scorecard
from keepscore.web.words import day_long

KINDS = {"bundle": "application/zip", "paper": "application/pdf", "page": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it is handed out."""

    name: str
    content_type: str
    data: bytes


def shelf_root() -> Path:
    folder: Path = settings.FOLDERS.shelf
    return folder


def bundle_path(scorecard: Scorecard) -> Path:
    return shelf_root() / safe_name(scorecard.client.key) / scorecard.bundle


def publication_of(scorecard: Scorecard) -> Publication:
    """What was frozen. Raises BrokenShelf where the bundle is missing or was changed."""
    return read_publication(bundle_path(scorecard))


def contact_of(client: Client) -> str | None:
    """Who answers for a scorecard, as it is printed."""
    return _("%(name)s, account lead") % {"name": client.lead.name} if client.lead else None


def stands(scorecard: Scorecard) -> str | None:
    """Why a scorecard no longer stands, in words for its page; None while it does."""
    if scorecard.state == Scorecard.State.WITHDRAWN:
        return _("Withdrawn %(day)s") % {"day": day_long(scorecard.withdrawn_at)}
    if scorecard.state == Scorecard.State.SUPERSEDED:
        return _("Replaced by correction %(number)s") % {"number": scorecard.number + 1}
    return None


def download(scorecard: Scorecard, kind: str) -> Download:
    """One file of a scorecard; page and paper of one that no longer stands say so. Raises BrokenShelf, OSError."""
    path = bundle_path(scorecard)
    if kind == "bundle":
        return Download(path.name, KINDS[kind], path.read_bytes())
    documents, ended = filing.documents_of(path), stands(scorecard)
    place = documents.page if kind == "page" else documents.paper
    if ended is None:
        data = place.read_bytes()
        if kind == "page":
            data = travelling(data.decode(), fonts_at=filing.FONTS_AT).encode()
        return Download(place.name, KINDS[kind], data)
    publication, contact = publication_of(scorecard), contact_of(scorecard.client)
    name = f"{place.stem}-{scorecard.state}{place.suffix}"
    if kind == "paper":
        return Download(name, KINDS[kind], filing.paper_of(publication, stands=ended, contact=contact))
    shown = filing.published_page(publication, stands=ended, contact=contact)
    return Download(name, KINDS[kind], scorecard_html(shown, fonts="embed").encode())
