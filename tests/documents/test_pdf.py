"""The sheet of paper: one page, everything on it, its evidence inside, nothing of it ever read as markup."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import raw

from keepscore.documents.glyphs import UNPRINTABLE, covered, printable
from keepscore.documents.parts import AreaRows, Item, Published, ScorecardPage, SubAreaRow
from keepscore.documents.pdf import Paper, _font_files, scorecard_pdf
from keepscore.documents.scorecard import page
from tests.documents import factory

AT = datetime(2026, 10, 13, 8, 12, tzinfo=UTC)
FROZEN = Published(AT, "2952c8c05a60d6628bb9b2f32362c9226997c68b355ee08bf0ba328e248fb2da", address="https://score.example/p/7QK4")
PAPERS: tuple[Paper, ...] = ("a4", "us-letter")
SIZES = {"a4": (595, 842), "us-letter": (612, 792)}


def marlowe() -> ScorecardPage:
    return page(factory.marlowe(), published=FROZEN)


def open_pdf(content: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(content)


def text_of(content: bytes) -> str:
    """The words of the only page, with one space between them."""
    document = open_pdf(content)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().replace("\ufffe", "").replace("\u200b", "").split())


def tags(content: bytes) -> list[tuple[str, str]]:
    """Type and spoken text of every element of the structure tree, in reading order."""
    document = open_pdf(content)
    sheet = document[0]     # held: the tree lives only as long as its page
    tree = raw.FPDF_StructTree_GetForPage(sheet.raw)
    return [tag for n in range(raw.FPDF_StructTree_CountChildren(tree)) for tag in _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, n))]


def _walk(element: Any) -> Iterator[tuple[str, str]]:
    yield _string(raw.FPDF_StructElement_GetType, element), _string(raw.FPDF_StructElement_GetAltText, element)
    for n in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, n):
            yield from _walk(child)


def _string(get: Any, element: Any) -> str:
    length = get(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    get(element, buffer, length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("card", ["marlowe", "all_met", "no_records", "open_period", "worst_case"])
def test_every_scorecard_stands_on_one_page_of_its_paper(card: str, paper: Paper) -> None:
    document = open_pdf(scorecard_pdf(page(getattr(factory, card)()), paper=paper, timestamp=AT))
    assert [tuple(round(side) for side in sheet.get_size()) for sheet in document] == [SIZES[paper]]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_page_that_nobody_cut_is_made_smaller_until_it_fits(paper: Paper) -> None:
    words = "Every word of a contract that has no end " * 6
    row = SubAreaRow(words[:120], words, words[:60], "2.5", 25, "our score 2.5", "not yet", "not yet")
    full = replace(marlowe(), client=words[:160], finding=words, areas=(AreaRows(words[:90], "2.5", "not yet", (row,) * 9),) * 3,
                   bullets=marlowe().bullets * 3, missed=(Item("X" * 200, words),) * 12)
    document = open_pdf(scorecard_pdf(full, paper=paper, timestamp=AT))
    assert [tuple(round(side) for side in sheet.get_size()) for sheet in document] == [SIZES[paper]]


def test_the_page_says_in_words_what_the_scorecard_page_says() -> None:
    sheet = marlowe()
    text = text_of(scorecard_pdf(sheet, timestamp=AT))
    rows = [row for area in sheet.areas for row in area.rows]
    expected = [
        sheet.eyebrow, sheet.client, sheet.finding, sheet.ours.label, sheet.ours.score, sheet.ours.was, sheet.coverage, *sheet.ceilings,
        *(row.shows for row in rows), *(row.name for row in rows), *(area.name for area in sheet.areas),
        *(row.name for row in sheet.bullets), *(row.value for row in sheet.bullets if row.outcome != "not judged"),
        *(row.word for row in sheet.bullets if row.outcome == "not judged"),
        *(f"{item.strong} {item.rest}".strip() for item in (*sheet.well, *sheet.missed, *sheet.hidden)), sheet.volume,
        *sheet.footer.verify, *sheet.footer.digest, sheet.footer.vendor, "score.example/p/7QK4",
    ]
    assert [words for words in expected if " ".join(words.split()) not in text] == []


def test_evidence_travels_inside_the_file_byte_for_byte() -> None:
    evidence = {"scorecard.json": b'{"score": 37}\n', "records.parquet": bytes(range(256)) * 40, "manifest.txt": b"\n"}
    document = open_pdf(scorecard_pdf(marlowe(), attachments=evidence, timestamp=AT))
    found = [document.get_attachment(n) for n in range(document.count_attachments())]
    assert {item.get_name(): bytes(item.get_data()) for item in found} == evidence


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_page_gives_the_same_bytes_whatever_was_set_in_between(paper: Paper) -> None:
    evidence = {"scorecard.json": b"{}"}
    first = scorecard_pdf(marlowe(), attachments=evidence, paper=paper, timestamp=AT)
    other = scorecard_pdf(page(factory.all_met()), attachments={"scorecard.json": b"[]"}, paper=paper, timestamp=AT)
    assert scorecard_pdf(marlowe(), attachments=evidence, paper=paper, timestamp=AT) == first != other


def test_what_a_person_wrote_is_never_read_as_markup() -> None:
    tricky = '#panic("no") *bold* _it_ $x^2$ @ref <label> `raw` \\ // /* [a] {b} "q" = H ~ -- \'s'
    item = Item(tricky, tricky)
    text = text_of(scorecard_pdf(replace(marlowe(), client=tricky, finding=tricky, well=(item,), missed=(item,)), timestamp=AT))
    assert text.count(tricky) == 6


def test_the_file_claims_pdf_a_3a_and_pdf_ua_1_with_title_language_and_date() -> None:
    content = scorecard_pdf(marlowe(), timestamp=AT)
    claims = ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "<rdf:li>en-GB<", "<xmp:CreateDate>2026-10-13T08:12:00",
              'xml:lang="x-default">Marlowe Foods scorecard, Q3 2026<')
    assert [claim for claim in claims if claim.encode() not in content] == []
    assert open_pdf(content).get_metadata_value("Title") == "Marlowe Foods scorecard, Q3 2026"


def test_a_screen_reader_finds_headings_tables_and_a_sentence_for_every_picture() -> None:
    sheet = marlowe()
    found = tags(scorecard_pdf(sheet, timestamp=AT))
    kinds = [kind for kind, _ in found]
    spoken = [says for kind, says in found if kind == "Figure"]
    charts = [sheet.ours.spark_says, *(row.us_says for area in sheet.areas for row in area.rows), *(row.says for row in sheet.bullets)]
    assert (kinds.count("H1"), kinds.count("H2"), kinds.count("Table"), kinds.count("THead")) == (1, 5, 2, 2)
    assert kinds.count("TH") == 5 + 4
    assert [says for says in charts if says not in spoken] == []
    assert "" not in spoken


def test_letters_without_a_glyph_print_as_squares_and_the_rest_stays() -> None:
    text = text_of(scorecard_pdf(replace(marlowe(), client="東京 Foods \U0001f600 é ≤ Łódź"), timestamp=AT))
    assert f"{UNPRINTABLE * 2} Foods {UNPRINTABLE} é ≤ Łódź" in text


def test_letters_that_are_invisible_or_turn_the_direction_are_dropped() -> None:
    assert printable("a\u202eb\u0000c\ud800d\te\u0301\u2066", covered(_font_files())) == "abcd é"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_no_text_can_stop_the_page(text: str) -> None:
    odd = replace(marlowe(), title=text or "x", client=text, finding=text, well=(Item(text, text),))
    assert len(open_pdf(scorecard_pdf(odd, attachments={"evidence.txt": text.encode("utf-8", "replace") or b"-"}, timestamp=AT))) == 1


def test_a_timestamp_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        scorecard_pdf(marlowe(), timestamp=datetime(2026, 10, 13))  # noqa: DTZ001
