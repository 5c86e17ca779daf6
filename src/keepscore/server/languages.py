"""The languages an installation offers, each whole: a page never speaks two."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf.locale import LANG_INFO

PACKAGE = Path(__file__).parents[1] / "locale"
NAMES = {"en": "English", "en-gb": "English (United Kingdom)", "en-us": "English (United States)"}


def locale_folders(home: Path) -> list[str]:
    """Where catalogues lie: an installation's own before those of the package."""
    return [str(home / "locale"), str(PACKAGE)]


def offered(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Each language once, by the name it has in itself."""
    return [(code, _name(code)) for code in dict.fromkeys(code.strip().lower() for code in codes) if code]


def untranslated(codes: Iterable[str], folders: Iterable[str]) -> list[str]:
    """Those for which there is no catalogue. English needs none: it is what the program is written in."""
    places = list(folders)
    return [code for code in codes if code.split("-")[0] != "en" and not any(_has(Path(place), code) for place in places)]


def _name(code: str) -> str:
    return NAMES.get(code) or str(LANG_INFO.get(code, LANG_INFO.get(code.split("-")[0], {})).get("name_local", code))


def _has(place: Path, code: str) -> bool:
    language, _, country = code.partition("-")
    names = {language, f"{language}_{country.upper()}"} if country else {language}
    return any((place / name / "LC_MESSAGES" / "django.mo").is_file() for name in names)
