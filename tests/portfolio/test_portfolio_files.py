"""The filtered portfolio as CSV and XLSX: exactly the rows of the page, and nothing that a sheet program would run."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from keepscore.clients.models import Client
from keepscore.scores.models import Score
from tests.portfolio.cloned import like_acme
from tests.world import World

HEAD = ["Client", "Contract", "Account lead", "Period", "Our grade", "Our score", "Targets missed", "Targets judged", "Early warnings",
        "First early warning", "Notice date", "Why it needs you"]
FORMULA = "=HYPERLINK(\"http://x.test\";\"a\")"


def test_the_csv_holds_exactly_the_filtered_rows(world: World, as_user: Any) -> None:
    like_acme(world, 1, grade="D", tenths=21)
    response = as_user(world.lee).get(f"/portfolio.csv?show=missed&lead={world.lee.pk}")
    assert response.headers["Content-Disposition"] == 'attachment; filename="portfolio.csv"'
    assert list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")))) == [
        HEAD,
        ["Client c000", "", "Lee Northgate", "Q3 2026", "D", "2.1", "1", "2", "0", "", "2026-12-31", "grade D"],
    ]


def test_the_xlsx_holds_the_same_rows_with_numbers_and_days(world: World, as_user: Any) -> None:
    response = as_user(world.dana).get("/portfolio.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.get_sheet_by_index(0).to_python() == [
        HEAD,
        ["Acme Bakeries", "", "Dana Northgate", "Q3 2026", "coverage 22%, 50% is needed for a grade", 4.0, 1.0, 2.0, 0.0, "",
         date(2026, 12, 31), ""],
    ]


def test_a_row_without_a_score_has_empty_cells_not_zeros(world: World, as_user: Any) -> None:
    Score.objects.all().delete()
    rows = list(csv.reader(io.StringIO(as_user(world.dana).get("/portfolio.csv").content.decode("utf-8-sig"))))
    assert rows[1] == ["Acme Bakeries", "", "Dana Northgate", "", "no records yet", "", "", "", "0", "", "2026-12-31", ""]


def test_no_cell_is_a_live_formula(world: World, as_user: Any) -> None:
    Client.objects.filter(pk=world.acme.pk).update(name=FORMULA)
    browser = as_user(world.dana)
    rows = list(csv.reader(io.StringIO(browser.get("/portfolio.csv").content.decode("utf-8-sig"))))
    assert rows[1][0] == f"'{FORMULA}"
    content = browser.get("/portfolio.xlsx").content
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1][0] == FORMULA
    assert b"<f>" not in ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
