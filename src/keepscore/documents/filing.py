"""The page and the paper of a bundle, beside it on the shelf, made from what was frozen and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keepscore.documents.fonts import write_fonts
from keepscore.documents.html import scorecard_html
from keepscore.documents.parts import Notes, Published, ScorecardPage
from keepscore.documents.pdf import scorecard_pdf
from keepscore.documents.scorecard import page
from keepscore.evidence.actions import texts
from keepscore.evidence.published import Publication, read_publication
from keepscore.evidence.shelf import ENDING, put, shelf

FONTS_AT = "../fonts"       # seen from a client's folder on the shelf


@dataclass(frozen=True, slots=True)
class Documents:
    """Where page and paper of a bundle stand."""

    page: Path
    paper: Path

    @property
    def are_there(self) -> bool:
        return self.page.exists() and self.paper.exists()


def documents_of(bundle: Path) -> Documents:
    """The names beside a bundle, whether the files are there or not."""
    stem = bundle.name.removesuffix(ENDING)
    return Documents(bundle.with_name(f"{stem}.html"), bundle.with_name(f"{stem}.pdf"))


def published_page(publication: Publication, *, stands: str | None = None, contact: str | None = None) -> ScorecardPage:
    """The finished page of a bundle; `stands` says why it no longer stands, `contact` who answers for it (names are never hashed)."""
    manifest = publication.filed.manifest
    facts = Published(
        at=datetime.fromisoformat(manifest["published_at"]), digest=publication.filed.digest, number=manifest["number"],
        reason=(manifest["correction"] or {}).get("reason"), stands=stands,
    )  # fmt: skip
    notes = Notes(grades=publication.grades, contact=contact)
    return page(publication.scorecard, published=facts, notes=notes, actions=texts(publication.actions))


def paper_of(publication: Publication, *, stands: str | None = None, contact: str | None = None) -> bytes:
    """The PDF of a bundle with the bundle attached."""
    bundle = publication.filed.path
    at = datetime.fromisoformat(publication.filed.manifest["published_at"])
    shown = published_page(publication, stands=stands, contact=contact)
    return scorecard_pdf(shown, attachments={bundle.name: bundle.read_bytes()}, timestamp=at)


def write_documents(bundle: Path, *, contact: str | None = None) -> Documents:
    """Write page and paper beside a bundle; what is there is left alone, what is missing is made again."""
    documents = documents_of(bundle)
    if documents.are_there:
        return documents
    publication = read_publication(bundle)
    with shelf(bundle.parent.parent, publication.scorecard.client.key) as folder:
        if not documents.page.exists():
            write_fonts(folder.parent / "fonts")
            shown = published_page(publication, contact=contact)
            put(folder, documents.page.name, scorecard_html(shown, fonts_at=FONTS_AT).encode())
        if not documents.paper.exists():
            put(folder, documents.paper.name, paper_of(publication, contact=contact))
    return documents
