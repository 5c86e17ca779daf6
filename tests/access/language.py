"""A pseudo language: every sentence that the catalogue knows, in brackets. What stands on a page without brackets was never translated."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django

import keepscore

ROOM = Path(keepscore.__file__).parent
OTHERS = [      # the sentences of what we build on, read from a catalogue of theirs
    *Path(django.__file__).parent.glob("**/locale/de/LC_MESSAGES/django.mo"),
    *Path(allauth.__file__).parent.glob("locale/de/LC_MESSAGES/django.mo"),
]
OPEN, CLOSE = "⟦", "⟧"


def extracted(place: Path) -> Path:
    """The compiled catalogue of everything that is marked in the source, each sentence translated by itself."""
    shutil.copytree(ROOM, place / "keepscore", ignore=shutil.ignore_patterns("static", "__pycache__", "locale", "typst"))
    work = place / "keepscore"
    (work / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "xa", "--no-location", "-e", "html,txt,py"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C.UTF-8"}
    subprocess.run(command, cwd=work, check=True, capture_output=True, env=environment)
    po = work / "locale/xa/LC_MESSAGES/django.po"
    text = po.read_text(encoding="utf-8").replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)")
    po.write_text(text, encoding="utf-8")
    subprocess.run(f"msgen --no-wrap {po} | msgfmt --check-format - -o {place}/all.mo", shell=True, check=True)
    return place / "all.mo"


def write_pseudo(known: Iterable[Path], folder: Path, language: str, said: dict[str, str] | None = None) -> None:
    """A catalogue of `language` in which every sentence is in brackets; `said` are those that say something else."""
    messages = {key: _bracketed(key) for path in known for key in keys(path) if key}
    for key, text in (said or {}).items():
        messages[key] = text
    messages[""] = f"Content-Type: text/plain; charset=UTF-8\nLanguage: {language}\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    (place / "django.mo").write_bytes(_compiled(messages))


def keys(path: Path) -> list[str]:
    """The keys of a compiled catalogue: context, \\x04, sentence, \\0 and its plural."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, at = struct.unpack(f"{order}II", data[8:16])
    places = [struct.unpack(f"{order}II", data[at + 8 * n:at + 8 * n + 8]) for n in range(count)]
    return [data[offset:offset + length].decode() for length, offset in places]


def _bracketed(key: str) -> str:
    sentences = key.rpartition("\x04")[2].split("\0")
    return "\0".join(f"{OPEN}{one}{CLOSE}" for one in sentences)


def _compiled(messages: dict[str, str]) -> bytes:
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    start = 28 + 16 * len(pairs)
    tables: list[bytes] = []
    blob = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), start + len(blob)))
            blob += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + b"".join(tables) + blob


SILENT = {"script", "style", "svg", "code", "pre", "textarea", "kbd"}      # drawings have words of their own in aria-label
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm", "data-busy", "aria-roledescription", "aria-valuetext")


@dataclass
class Said(HTMLParser):
    """Everything that a page says to people: texts, and the attributes that are read out or shown. `without` are classes of data."""

    without: frozenset[str] = frozenset()
    texts: list[str] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        quoted = tag != "html" and "lang" in given      # marked as being in another language: it says so to whoever reads it out
        silent = self._is_silent() or quoted or given.get("translate") == "no" or bool(self.without & set(given.get("class", "").split()))
        if not silent:
            self.texts += [given[name] for name in SAID if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.texts.append(given.get("value", ""))
        if tag not in VOID:
            self._open.append((tag, silent or tag in SILENT))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self.texts.append(data)

    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def texts(page: str, without: frozenset[str] = frozenset()) -> list[str]:
    parser = Said(without)
    parser.feed(page)
    return _joined(parser.texts)


def _joined(found: list[str]) -> list[str]:
    """A sentence with a link in it is one sentence: brackets that open in one text and close in a later one belong together."""
    joined: list[str] = []
    depth = 0
    for text in found:
        if depth > 0:
            joined[-1] += " " + text
        elif text.strip():
            joined.append(text)
        depth = max(0, depth + text.count(OPEN) - text.count(CLOSE))
    return joined


def untranslated(page: str, data: re.Pattern[str], without: frozenset[str] = frozenset()) -> Iterator[str]:
    """The texts of a page with letters outside of all brackets that are not data."""
    for text in texts(page, without):
        left = data.sub(" ", _outside(text))
        if re.search(r"[^\W\d_]{2}", left):
            yield " ".join(text.split())


def _outside(text: str) -> str:
    while True:
        fewer = re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)
        if fewer == text:
            return text
        text = fewer
