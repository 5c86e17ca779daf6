"""The portfolio's lines as HTML. A line is drawn once and kept: between two looks few of them change, and everybody sees the same."""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from keepscore.portfolio.rows import Row
from keepscore.web.templatetags.keepscore_charts import gap

KEPT = 2048      # about 2 kB each


def line(row: Row, *, good_from: int, several_leads: bool) -> SafeString:
    """One line of the table."""
    return _line(row, good_from, several_leads, get_language())


@lru_cache(maxsize=KEPT)
def _line(row: Row, good_from: int, several_leads: bool, _language: str | None) -> SafeString:
    said = {"row": row, "good_from": good_from, "several_leads": several_leads, "disc": gap(row.tenths)}
    return render_to_string("portfolio/portfolio_row.html", said)
