"""The filtered portfolio as a file: CSV to read anywhere, XLSX with numbers as numbers; no cell is ever a live formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from keepscore.evidence.sheets import harmless_text
from keepscore.portfolio.queries import Board
from keepscore.portfolio.rows import Row


def table(board: Board) -> list[list[Any]]:
    """Head and rows: text, numbers and days; None where there is nothing."""
    head = [_("Client"), _("Contract"), _("Account lead"), _("Period"), _("Our grade"), _("Our score"), _("Targets missed"),
            _("Targets judged"), _("Early warnings"), _("First early warning"), _("Notice date"), _("Why it needs you")]
    return [[*head, *(str(column.name) for column in board.columns)], *(_line(row) for row in board.rows)]


def _line(row: Row) -> list[Any]:
    told = [None if cell is None else cell.text or f"{cell.strong} {cell.rest}".strip() for _column, cell in row.cells]
    score = None if row.tenths is None else row.tenths / 10
    warning = f"{row.warning} {row.warning_rest}".strip()
    return [row.name, row.contract, row.lead, row.period, row.grade or row.no_grade, score, row.missed if row.judged else None,
            row.judged or None, row.warned, warning, row.notice, row.why, *told]


def as_csv(board: Board) -> bytes:
    """UTF-8 with a mark, so that sheet programs read names right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in table(board):
        writer.writerow([harmless_text(value) if isinstance(value, str) else "" if value is None else value for value in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(board: Board) -> bytes:
    """One sheet with a fixed head; text is written as text, whatever it begins with."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Portfolio")[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, line in enumerate(table(board)):
            for column, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(at, column, value)
                elif value:
                    sheet.write_string(at, column, value, bold if at == 0 else None)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(table(board)[0]) - 1, 16)
    return out.getvalue()
