"""The scorecard as one sheet of PDF: readable by everyone (PDF/UA-1), to be kept (PDF/A-3a), with its evidence inside.

Typst sets the same `ScorecardPage` that the HTML shows. Words reach the template as JSON data, never as source, so
that nothing a person wrote is read as markup. The same page, attachments, paper and timestamp give the same bytes.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast

import typst

from keepscore.documents import charts
from keepscore.documents.fonts import FACES
from keepscore.documents.glyphs import BREAK, UNPRINTABLE, covered, printable
from keepscore.documents.parts import BulletRow, Mark, ScorecardPage, SubAreaRow
from keepscore.engine.results import to_json

Paper = Literal["a4", "us-letter"]

STANDARDS: list[Any] = ["ua-1", "a-3a"]
STEPS = 4                                   # sizes of letters that the template knows, from roomy to tight
_TOO_TALL = "the sheet needs more than one page"
_TEMPLATE = files("keepscore.documents") / "typst"
_TYPES = {".json": "application/json", ".csv": "text/csv", ".txt": "text/plain", ".yaml": "application/yaml", ".zip": "application/zip",
          ".parquet": "application/vnd.apache.parquet"}     # our own list: the machine's differs from place to place
_LONG_WORD = re.compile(r"\S{24,}")
_one_at_a_time = threading.Lock()           # the compiler keeps what it set last; it is not made for several threads


def scorecard_pdf(page: ScorecardPage, *, attachments: Mapping[str, bytes] = {}, paper: Paper = "a4", timestamp: datetime) -> bytes:
    """One page of A4 or US Letter, whatever stands on it; letters that no font has print as a white square.

    `attachments` maps file names to contents. `timestamp` (aware) becomes the date of the file; the clock is not asked.
    """
    if timestamp.tzinfo is None:
        raise ValueError(f"the timestamp {timestamp} has no offset; hand in an aware one, as 2026-10-13T08:12:00+00:00")
    with _one_at_a_time, TemporaryDirectory(prefix="keepscore-pdf-") as folder:
        root = Path(folder)
        for template in _TEMPLATE.iterdir():
            if template.name.endswith(".typ"):
                (root / template.name).write_bytes(template.read_bytes())
        words = _words(page)
        data = _clean({**words, **_pictures(page, words), "paper": paper, "attachments": _attach(root, attachments)})
        named = {name: data[name].strip() or UNPRINTABLE for name in ("title", "client")}     # PDF/UA wants both
        return _first_that_fits(root, {**data, **named}, timestamp.astimezone(UTC))


def _first_that_fits(root: Path, data: dict[str, Any], timestamp: datetime) -> bytes:
    """Set with the roomiest letters that keep the sheet on one page; the last step always does."""
    for step in range(STEPS):
        (root / "data.json").write_text(json.dumps({**data, "step": step}, ensure_ascii=True), "ascii")
        try:
            pdf = _compiler().compile(input=str(root / "scorecard.typ"), root=str(root), format="pdf", pdf_standards=STANDARDS,
                                      timestamp=timestamp)
        except typst.TypstError as error:
            if _TOO_TALL in error.message and step + 1 < STEPS:
                continue
            raise
        return cast(bytes, pdf)
    raise AssertionError("the last step fits always")


def _words(page: ScorecardPage) -> dict[str, Any]:
    """What the sheet prints; the full page behind it stays out of the file."""
    printed = {field.name: to_json(getattr(page, field.name)) for field in fields(page) if field.name != "full"}
    return {**_breakable(printed), "title": page.title, "author": page.footer.vendor, "description": page.finding}


def _breakable(value: Any) -> Any:
    """Words too long for a column get places to break, which do not show."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: BREAK.join(word[0][at:at + 10] for at in range(0, len(word[0]), 10)), value)
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    return [_breakable(item) for item in value] if isinstance(value, list) else value


def _pictures(page: ScorecardPage, words: dict[str, Any]) -> dict[str, Any]:
    """The charts in the colours of paper, beside the words they belong to."""
    address = printable(page.footer.address, _letters())
    return {
        "areas": [
            {**told, "rows": [{**row_told, "chart": _dumbbell(row)} for row_told, row in zip(told["rows"], area.rows, strict=True)]}
            for told, area in zip(words["areas"], page.areas, strict=True)
        ],
        "bullets": [{**told, "chart": _bullet(row)} for told, row in zip(words["bullets"], page.bullets, strict=True)],
        "ours": {**words["ours"], "chart": _sparkline(page.ours)},
        "yours": {**words["yours"], "chart": _sparkline(page.yours)},
        "qr": {"svg": charts.qr(address), "says": f"QR code: {address}"} if address else None,
        "signs": _signs(),
    }


def _dumbbell(row: SubAreaRow) -> dict[str, str]:
    return {"svg": charts.dumbbell(row, palette=charts.PRINT), "says": row.us_says}


def _bullet(row: BulletRow) -> dict[str, str]:
    return {"svg": charts.bullet(row, palette=charts.PRINT, width=106), "says": row.says}


def _sparkline(mark: Mark) -> dict[str, str] | None:
    return {"svg": charts.sparkline(mark, palette=charts.PRINT), "says": mark.spark_says} if mark.spark else None


@cache
def _signs() -> dict[str, dict[str, str]]:
    """Marks beside words. A target that is met is plain ink in the table of measures; calm is the reward."""
    calm = {**charts.PRINT, "good": charts.PRINT["ink"]}
    says = {"missed": "missed", "not judged": "not judged", "hidden": "hidden by an average", "warning": "warning",
            "disc": "filled disc", "diamond": "open diamond"}
    return {name: {"svg": charts.icon(name, palette=charts.PRINT), "says": word} for name, word in says.items()} | {
        "met": {"svg": charts.icon("met", palette=calm), "says": "met"},
        "good": {"svg": charts.icon("met", palette=charts.PRINT), "says": "went well"},
    }


def _attach(root: Path, attachments: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Write the evidence where the template can read it; names are kept as data, not as paths."""
    listed = []
    for number, (name, content) in enumerate(attachments.items()):
        path = f"attached-{number}"
        (root / path).write_bytes(content)
        listed.append({
            "name": name, "path": path, "relationship": "data", "description": f"Evidence of this scorecard: {name}",
            "type": _TYPES.get(Path(name).suffix, "application/octet-stream"),
        })
    return listed


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value, _letters())
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


@cache
def _letters() -> frozenset[str]:
    return covered(_font_files())


@cache
def _font_files() -> tuple[Path, ...]:
    return tuple(Path(str(files(face.package) / "files" / face.file)) for face in FACES)


@cache
def _compiler() -> typst.Compiler:
    """Kept alive: fonts are read once, and what did not change is not set again. Our own fonts only, on every machine."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path.parent) for path in _font_files()])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
