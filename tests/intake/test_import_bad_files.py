"""What people and attackers send: nothing of it breaks a page, nothing of it is loaded, and each says why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client as Browser

from keepscore.intake import files
from keepscore.intake.models import Batch, State
from keepscore.intake.store import the_store
from tests.intake.files_in import GOOD, csv, declared, sent, upload, worked
from tests.world import HEADER, MAPPING, World

XLSX = MAPPING.replace("source: desk", "source: sheet\nformat: xlsx")


def sheet(write: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER.split(","))
        page.write_row(1, 0, GOOD[0].split(","))
        write(page)
    return target.getvalue()


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return target.getvalue()


@pytest.mark.parametrize(("content", "name", "says"), [
    (b"", "empty.csv", "empty file"),
    (b"%PDF-1.7 ...", "report.pdf", "a PDF"),
    (b"<html><body>signed out</body></html>", "export.csv", "an HTML or XML page"),
    (b"PK\x03\x04garbage", "broken.xlsx", ""),
    (bomb(), "bomb.xlsx", ""),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    world: World, as_user: Any, own_store: Path, content: bytes, name: str, says: str
) -> None:
    browser = as_user(world.dan)
    before = the_store().version()
    batch = sent(browser, content, name=name)
    assert batch.state == State.REFUSED
    assert says in batch.problem
    page = browser.get(batch.get_absolute_url())
    assert page.status_code == 200
    assert f"{name} cannot be imported" in page.content.decode()
    assert the_store().version() == before


def test_a_wrong_encoding_is_refused_and_declaring_it_helps(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    content = csv([GOOD[0].replace("Leeds", "Zürich")]).decode().encode("latin-1")
    batch = sent(browser, content)
    assert batch.state == State.REFUSED
    assert "declare the encoding" in batch.problem
    browser.post(f"/import/batches/{batch.pk}/columns/?as=yaml", {"text": MAPPING + "encoding: latin-1\n"})
    assert worked(batch).state == State.READY


def test_formulas_in_cells_are_never_taken_as_values(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    content = sheet(lambda page: page.write_formula(1, 4, '=HYPERLINK("http://x.invalid","x")', None, "Leeds"))
    batch = sent(browser, content, name="desk.xlsx")
    browser.post(f"/import/batches/{batch.pk}/columns/?as=yaml", {"text": XLSX})
    batch = worked(batch)
    assert [(group["reason"], group["rows"]) for group in batch.groups] == [("formula_cell", 1)]
    assert batch.ready == 0
    assert "Import" not in browser.get(batch.get_absolute_url()).context["page"].import_label


def test_text_that_looks_like_a_formula_or_markup_is_only_text(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    nasty = '"=1+1<script>alert(1)</script>"'
    batch = sent(browser, csv([*GOOD, f"N-0003,acme,desk,{nasty},York,2026-09-22T09:00:00Z,2026-09-22T10:00:00Z,30"]))
    text = browser.get(batch.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "=1+1&lt;script&gt;" in text
    rejected = b"".join(browser.get(f"/import/batches/{batch.pk}/rejected/").streaming_content).decode("utf-8-sig")
    assert ",'=1+1<script>" in rejected


def test_a_file_that_is_too_large_is_refused_before_it_is_read(world: World, as_user: Any) -> None:
    answer = as_user(world.dan).generic(
        "POST", "/import/upload/", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(60_000_000)
    )
    assert answer.status_code == 413
    assert "50 MB" in answer.content.decode()
    assert not Batch.objects.exists()


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *size: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("who", ["nobody", "eve", "dana"])
def test_the_body_of_who_may_not_import_is_never_read(world: World, as_user: Any, who: str) -> None:
    browser = Browser(enforce_csrf_checks=True) if who == "nobody" else as_user(getattr(world, who))
    browser.cookies["keepscore-csrf"] = "a" * 32
    answer = browser.generic("POST", "/import/upload/", b"", content_type="multipart/form-data; boundary=x",
                             **{"wsgi.input": Unread(), "CONTENT_LENGTH": "40000000"})  # fmt: skip
    assert answer.status_code == (302 if who == "nobody" else 404)
    assert who != "nobody" or answer.headers["Location"].startswith("/account/login/")
    assert not Batch.objects.exists()


def test_who_may_import_still_needs_the_token(world: World, as_user: Any) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.dan, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post("/import/upload/", {"file": upload(csv(GOOD))}).status_code == 403
    assert not Batch.objects.exists()


def test_no_file_is_said_in_words(world: World, as_user: Any) -> None:
    answer = as_user(world.dan).post("/import/upload/", {})
    assert answer.status_code == 422
    assert "A file is needed." in answer.content.decode()


@pytest.mark.parametrize(("name", "safe"), [
    ("../../etc/passwd", "passwd"), ("C:\\temp\\a.csv", "a.csv"), ("..", "file"), ("a\x00b\u202egnp.csv", "a_b_gnp.csv"),
    ("x" * 300 + ".csv", "x" * 90 + ".csv"), ("é.csv", "é.csv"),
])  # fmt: skip
def test_a_name_leads_nowhere_else(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe
