"""The scorecard page: everything that HTML and PDF show, as finished words, cut to one sheet.

`page` is the only way in. It looks at no clock and no file: what publishing adds is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from keepscore.documents import fit, geometry, sentences, words
from keepscore.documents.fullpage import full_page, grades_text
from keepscore.documents.parts import (
    AreaRows,
    BulletRow,
    Footer,
    FullPage,
    Item,
    Mark,
    Notes,
    Published,
    ScorecardPage,
    SubAreaRow,
)
from keepscore.documents.sheet import Lists, fit_lists
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import MeasureResult, Scorecard, SubAreaResult

__all__ = ["AreaRows", "BulletRow", "Footer", "FullPage", "Item", "Mark", "Notes", "Published", "ScorecardPage", "SubAreaRow", "notes_for",
           "page"]

NOT_YET = "not yet"
SPARK_PERIODS = 8


def notes_for(contract: Contract, scorecard: Scorecard, *, contact: str | None = None) -> Notes:
    """What a contract adds to the page: the grade cut-offs of the version by which the scorecard was made."""
    version = next((v for v in contract.versions if v.from_ == scorecard.version_from), None)
    return Notes(None if version is None else version.scorecard.grades, contact)


def page(
    scorecard: Scorecard, *, published: Published | None = None, notes: Notes | None = None, actions: Mapping[str, str] = {}
) -> ScorecardPage:  # fmt: skip
    """The finished page of one scorecard; a draft unless `published` says when it was frozen and under which digest.

    `actions` are demonstrated actions by sub-area, figures filled in: they stand in place of the sentence made by rule.
    """
    notes = notes or Notes()
    measures = list(scorecard.measures)
    areas = _areas(scorecard, actions)
    bullets = {m.key: _bullet(m) for m in measures if m.target_kind is not None}
    eyebrow = _eyebrow(scorecard, published)
    client = fit.cut(scorecard.client.name, fit.SAY_MM, 23, most=2)
    finding = fit.cut(sentences.finding(scorecard), fit.SAY_MM, fit.SAY_PT, most=3)
    small = [text for text in (sentences.coverage(scorecard), *scorecard.ceilings[:3]) if text]
    head = fit.head_height(eyebrow, client, finding) + (fit.LINE * len(small) + 1.6 if small else 0)
    room = fit.SHEET - head - (fit.FOOT if published else fit.FOOT_DRAFT)
    table, cut_rows = fit.fit_table(areas, room - fit.LOW_GAP - fit.LOW_LEAST)
    left = room - fit.LOW_GAP - fit.table_height(table) - (fit.LINE if cut_rows else 0)
    lists = fit_lists(_lists(scorecard, bullets), left)
    return ScorecardPage(
        title=f"{scorecard.client.name} scorecard, {scorecard.period.label}",
        eyebrow=eyebrow,
        state=_state(scorecard, published),
        client=client,
        finding=finding,
        sample=scorecard.sample,
        draft=published is None,
        ours=_ours(scorecard, notes),
        yours=Mark("Your rating", "", NOT_YET, "", "", (), "Your rating: not yet", _tenths_of_b(notes)),
        coverage=sentences.coverage(scorecard),
        ceilings=tuple(fit.cut(text, 150, 8.4) for text in scorecard.ceilings[:3]),
        areas=table,
        areas_more=f"and {cut_rows} more {'sub-area' if cut_rows == 1 else 'sub-areas'}, see the full page" if cut_rows else "",
        bullets=lists.bullets,
        bullets_more=lists.bullets_more,
        well=lists.well,
        missed=lists.missed,
        missed_more=lists.missed_more,
        changes="What changes: not yet agreed." if lists.missed or lists.missed_more else "",
        hidden=lists.hidden,
        warnings=lists.warnings,
        volume=lists.volume,
        footer=_footer(scorecard, published, notes),
        full=full_page(scorecard, areas=areas, bullets=bullets, published=published, notes=notes, actions=actions),
    )


def _eyebrow(card: Scorecard, published: Published | None) -> str:
    parts = [f"Client scorecard, {words.period_text(card.period)}"]
    if card.sample:
        parts.append("Sample data")
    if not card.complete:
        parts.append(f"Period open, seen up to {words.moment(card.as_of)}")
    if published is None:
        parts.append("Draft, not frozen")
    elif published.number > 1:
        parts.append(f"Correction {published.number}")
    if published is not None and published.stands:
        parts.append(published.stands)
    return ". ".join(parts)


def _state(card: Scorecard, published: Published | None) -> str:
    if published is None:
        return f"Draft, not frozen. Records seen up to {words.moment(card.as_of)}."
    why = f" Correction {published.number}{': ' + published.reason if published.reason else ''}." if published.number > 1 else ""
    ended = f" {published.stands}." if published.stands else ""
    return f"Frozen {words.moment(published.at)}.{why}{ended}"


def _tenths_of_b(notes: Notes) -> int | None:
    return None if notes.grades is None else math.ceil(notes.grades.B * 10)


def _ours(card: Scorecard, notes: Notes) -> Mark:
    before = _chain(card)
    total, now = card.total, card.total.score.tenths if card.total.score else None
    spark = (*(past for _, past in before), now)
    was = f"was {words.tenths(before[-1][1])}" if before and before[-1][1] is not None else ""
    told = ", ".join(f"{label} {words.tenths(t) if t is not None else 'no score'}" for label, t in (*before, (card.period.label, now)))
    note = total.no_grade or ("" if total.grade else "no score" if now is None else "")
    return Mark("Our score, measured", total.grade or "", words.score_text(total.score), was, note and f"Not graded: {note}",
                spark if before else (), f"Our score by period: {told}", _tenths_of_b(notes))


def _chain(card: Scorecard) -> list[tuple[str, int | None]]:
    """The periods that lead to this one without a gap, oldest first; the same one last year does not belong."""
    by_end = {past.period.end: past for past in card.history}
    chain: list[tuple[str, int | None]] = []
    start = card.period.start
    while start in by_end and len(chain) < SPARK_PERIODS - 1:
        past = by_end.pop(start)
        chain.insert(0, (past.period.label, past.tenths))
        start = past.period.start
    return chain


def _areas(card: Scorecard, actions: Mapping[str, str]) -> tuple[AreaRows, ...]:
    measures = {m.key: m for m in card.measures}
    return tuple(
        AreaRows(area.name, words.score_text(area.score), NOT_YET, tuple(_row(sub, measures, actions) for sub in area.sub_areas))
        for area in card.areas
    )


def _row(sub: SubAreaResult, measures: dict[str, MeasureResult], actions: Mapping[str, str]) -> SubAreaRow:
    shows, evidence = sentences.shows([measures[key] for key in sub.measures if key in measures])
    shows = actions.get(sub.key, shows)
    us = words.score_text(sub.score)
    says = f"{sub.name}: our score {us}, your rating not yet" if sub.score else f"{sub.name}: no score, your rating not yet"
    return SubAreaRow(sub.name, shows, evidence, us, sub.score.tenths if sub.score else None, says, NOT_YET, NOT_YET)


def _bullet(measure: MeasureResult) -> BulletRow:
    judged, word = sentences.outcome(measure), sentences.outcome_word(measure)
    unit = measure.unit if measure.unit in ("%", "s") else ""  # other units would not fit; the full page says them
    bounds = [words.bound_text(bound, unit, measure.target) for bound in measure.target]
    at_most = measure.target_kind == "at_most" and "at most" not in measure.name and "within" not in measure.name
    value = "" if measure.value is None else words.amount(measure.value.fraction, unit, measure.target)
    return BulletRow(
        name=measure.name + (", at most" if at_most else ""),
        value=value,
        target=" to ".join(bounds),
        outcome=judged,
        word=word,
        at=geometry.bullet_at(measure),
        says=f"{measure.name}: {words.against_text(measure)}" + ("" if measure.value is None else f", {word}"),
    )


def _lists(card: Scorecard, bullets: dict[str, BulletRow]) -> Lists:
    """Everything that wants to stand in the lower part, in the order in which it may be cut: misses stay longest."""
    measures = list(card.measures)
    missed = sentences.worst_first([m for m in measures if sentences.outcome(m) == "missed"])
    rest = [m for m in measures if m not in missed]
    ordered = [*missed, *(m for m in rest if sentences.outcome(m) == "met"), *(m for m in rest if sentences.outcome(m) != "met")]
    return Lists(
        bullets=tuple(bullets[m.key] for m in ordered if m.key in bullets),
        well=tuple(sentences.well(measures)),
        missed=tuple(sentences.missed(measures)),
        hidden=tuple(sentences.hidden(measures)),
        warnings=() if card.complete else tuple(map(sentences.warning, card.warnings)),
        volume=sentences.volume(card),
    )


def _footer(card: Scorecard, published: Published | None, notes: Notes) -> Footer:
    if published is None:
        verify: tuple[str, ...] = (
            "Not yet: this is a draft.", "Once it is published, its digest stands here and every number can be recomputed.")
    else:
        verify = (f"Frozen {words.moment(published.at)}. Any change to a record changes this digest.",)
    return Footer(
        plan=NOT_YET,
        verify=verify,
        digest=words.groups_of_eight(published.digest) if published else (),
        command="keepscore verify BUNDLE" if published else "",
        address=(published.address or "") if published else "",
        address_text=(published.address or "").removeprefix("https://") if published else "",
        vendor=fit.cut(card.vendor or "", 36, 8, most=2),
        contact=fit.cut(notes.contact or "", 36, 8, most=2),
        grades=grades_text(notes),
    )
