"""What the pages of a scorecard show: the draft, the confirmation, a frozen one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.documents.filing import published_page
from keepscore.documents.html import full_fragment, sheet_fragment
from keepscore.documents.parts import ScorecardPage
from keepscore.documents.scorecard import notes_for, page
from keepscore.documents.words import groups_of_eight
from keepscore.engine.results import Scorecard as Card
from keepscore.evidence.actions import fill
from keepscore.evidence.moved import Figure, figures_moved
from keepscore.evidence.published import read_publication
from keepscore.evidence.shelf import BrokenShelf
from keepscore.scorecards import files
from keepscore.scorecards.access import Subject
from keepscore.scorecards.models import Publishing, Scorecard
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scorecards.standing import Block, blocks
from keepscore.scores.models import Score
from keepscore.scores.terms import agreed_of
from keepscore.web.words import moment, number

MOST_MOVED = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rendered sheet and the full page behind it."""

    html: str
    full: str
    sample: bool


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A figure that a correction moved; "nothing" where there was none."""

    of: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    sheet: Sheet
    seen: datetime                      # moment up to which records were seen
    blocks: tuple[Block, ...]
    standing: Scorecard | None          # the last frozen one
    is_same: bool                       # nothing differs from what stands
    is_waiting: bool
    refused: Publishing | None          # the last wish, where it was refused and nothing was published since


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    facts: tuple[tuple[str, str], ...]
    shown: str
    blocks: tuple[Block, ...]
    number: int
    replaces: Scorecard | None
    moved: tuple[MovedRow, ...]
    moved_more: int
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class FrozenPage:
    sheet: Sheet | None                 # None where the bundle is missing or was changed
    problem: str
    digest: tuple[str, ...]
    correction: Mapping[str, Any] | None
    moved: tuple[MovedRow, ...]
    moved_more: int
    others: tuple[Scorecard, ...]       # the other numbers of this period
    newer: Scorecard | None
    stands: bool


def draft_words(score: Score, card: Card, templates: Mapping[str, str]) -> ScorecardPage:
    """The draft as finished words: page and paper are made of these. `card` is that of the score."""
    notes = notes_for(agreed_of(score), card, contact=files.contact_of(score.contract.client))
    return page(card, notes=notes, actions={key: fill(text, card) for key, text in templates.items()})


def draft_page(subject: Subject, score: Score, *, at: datetime) -> DraftPage:
    templates, card = templates_of(score), score.card
    latest = subject.latest
    wish = Publishing.objects.filter(contract=subject.contract, period=subject.period).first()
    return DraftPage(
        sheet=_sheet(draft_words(score, card, templates)),
        seen=card.as_of,
        blocks=blocks(score, card, templates, at=at),
        standing=latest,
        is_same=latest is not None and latest.state == Scorecard.State.PUBLISHED and not _differs(latest, templates),
        is_waiting=wish is not None and wish.state == Publishing.State.WAITING,
        refused=wish if wish is not None and wish.state == Publishing.State.REFUSED else None,
    )


def _differs(latest: Scorecard, templates: Mapping[str, str]) -> bool:
    """Numbers or texts that are no longer those of the frozen scorecard; a shelf that cannot be read is told elsewhere."""
    if latest.has_moved:
        return True
    try:
        frozen = files.publication_of(latest).actions
    except BrokenShelf:
        return False
    return {action.sub_area: action.template for action in frozen} != dict(templates)


def confirm_page(subject: Subject, score: Score, *, at: datetime) -> ConfirmPage:
    templates, card, latest = templates_of(score), score.card, subject.latest
    moved = _against(latest, card)
    waiting = Publishing.objects.filter(contract=subject.contract, period=subject.period, state=Publishing.State.WAITING)
    return ConfirmPage(
        facts=_facts(card, templates), shown=shown_of(score, templates), blocks=blocks(score, card, templates, at=at),
        number=latest.number + 1 if latest else 1, replaces=latest, moved=moved[:MOST_MOVED], moved_more=max(len(moved) - MOST_MOVED, 0),
        is_waiting=waiting.exists(),
    )  # fmt: skip


def _facts(card: Card, templates: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    total = card.total
    score = _tenths(total.score.tenths if total.score else None)
    opened = sum(measure.open for measure in card.measures)
    rows = [
        (_("Our score"), f"{total.grade} {score}" if total.grade else score),
        (_("Targets"), _("%(met)s met, %(missed)s missed") % {"met": number(total.met), "missed": number(total.missed)}),
        (_("Measures"), number(len(card.measures))),
        (_("Records seen up to"), moment(card.as_of)),
        *((_("%(source)s complete to") % {"source": source}, moment(at)) for source, at in sorted(card.complete_to.items())),
        (_("Still open at freezing"), ngettext("%(n)s record", "%(n)s records", opened) % {"n": number(opened)}),
        (_("Demonstrated actions"), number(len(templates))),
    ]
    if total.coverage < 1:
        rows.append((_("Coverage"), f"{int(Fraction(total.coverage) * 100)}%"))
    return tuple(rows)


def _tenths(value: int | None) -> str:
    return _("no score") if value is None else f"{value // 10}.{value % 10}"


def _against(latest: Scorecard | None, card: Card) -> tuple[MovedRow, ...]:
    if latest is None:
        return ()
    try:
        return tuple(map(_moved_row, figures_moved(files.publication_of(latest).scorecard, card)))
    except BrokenShelf:
        return ()


def _moved_row(figure: Figure) -> MovedRow:
    return MovedRow(figure.of, figure.what, figure.before or _("nothing"), figure.after or _("nothing"))


def frozen_page(subject: Subject, scorecard: Scorecard) -> FrozenPage:
    stands, newer = files.stands(scorecard), None
    if scorecard.state == Scorecard.State.SUPERSEDED:
        newer = next((item for item in subject.publications if item.number == scorecard.number + 1), None)
    sheet, problem = None, ""
    try:
        sheet = _frozen_sheet(files.bundle_path(scorecard), stands, files.contact_of(subject.client))
    except (BrokenShelf, OSError):
        problem = _("The evidence bundle is missing from the shelf, or was changed there. Restore it from a backup.")
    moved = [MovedRow(item["of"], item["what"], item["before"] or _("nothing"), item["after"] or _("nothing"))
             for item in (scorecard.correction or {}).get("moved", ())]
    return FrozenPage(
        sheet=sheet, problem=problem, digest=groups_of_eight(scorecard.digest), correction=scorecard.correction,
        moved=tuple(moved[:MOST_MOVED]), moved_more=max(len(moved) - MOST_MOVED, 0),
        others=tuple(item for item in subject.publications if item.pk != scorecard.pk), newer=newer, stands=stands is None,
    )  # fmt: skip


def _frozen_sheet(path: Path, stands: str | None, contact: str | None) -> Sheet:
    """What is frozen is rendered once, as long as its file is the same. Raises BrokenShelf, OSError."""
    file = path.stat()
    return _rendered(path, (file.st_mtime_ns, file.st_size, file.st_ino), stands, contact)


@lru_cache(maxsize=64)
def _rendered(path: Path, _file: tuple[int, ...], stands: str | None, contact: str | None) -> Sheet:
    return _sheet(published_page(read_publication(path), stands=stands, contact=contact))


def _sheet(words: ScorecardPage) -> Sheet:
    return Sheet(sheet_fragment(words), full_fragment(words), words.sample)


