"""The scorecard as one HTML file: the sheet, and the full page behind it. No script, no `style=`, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from django.template import Context, Engine
from django.utils.safestring import mark_safe

from keepscore.documents.fonts import Fonts, font_css
from keepscore.documents.parts import ScorecardPage

_HERE = files("keepscore.documents")


def scorecard_html(page: ScorecardPage, *, fonts: Fonts = "link", fonts_at: str = "fonts") -> str:
    """The page as text. `fonts="link"` expects the folder that `fonts.write_fonts` fills at `fonts_at`, seen from the page;
    `fonts="embed"` carries them inside (3 MB). Everything a person wrote is escaped."""
    css = font_css(fonts, at=fonts_at) + _sheet_css()
    text: str = _engine().get_template("scorecard.html").render(Context({"page": page, "css": mark_safe(css)}))
    return text


def travelling(html: str, *, fonts_at: str) -> str:
    """A page with linked fonts as one file that needs nothing beside it; not a letter of the page itself changes."""
    return html.replace(font_css("link", at=fonts_at), font_css("embed"), 1)


def sheet_fragment(page: ScorecardPage) -> str:
    """The sheet alone, to stand inside another page that brings the styles along."""
    return _part("sheet.html", page)


def full_fragment(page: ScorecardPage) -> str:
    """The full page behind the sheet, likewise."""
    return _part("full.html", page)


def _part(name: str, page: ScorecardPage) -> str:
    text: str = _engine().get_template(name).render(Context({"page": page}))
    return text


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(_HERE / "templates")], autoescape=True, libraries={"charts": "keepscore.documents.tags"},
                  string_if_invalid="(missing: %s)")


@cache
def _sheet_css() -> str:
    names = ("tokens.css", "sheet.css", "full.css", "phone.css", "print.css")
    return "".join((_HERE / "static" / name).read_text("utf-8") for name in names)
