"""Walks every address with every wrong principal and every method, and says what went wrong; nothing said means nothing found.

A wrong principal gets 404 or the way to sign-in, never 403, never 5xx; the canary of client Birch is in no body, header, unzipped file
or text of a PDF; the fingerprint of all rows stays the same. The right principal gets through, or the line proves nothing: a fault itself.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from ruamel.yaml import YAML

from tests.world import CANARY

FILE = Path(__file__).with_name("authorisation.yaml")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
API_PAGES = {"api-docs", "api-openapi"}      # its operations have a walk of their own, over its own document
RIGHTS = {"users", "audit", "settings", "clients", "contracts", "import", "score", "publish", "tokens", "export"}


@dataclass(frozen=True, slots=True)
class Line:
    """One address of the authorisation file."""

    name: str
    who: str
    needs: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    get: int = 200
    post: dict[str, Any] | None = None
    canary: bool | None = None

    def url(self, known: dict[str, Any]) -> str:
        """The address; words such as $batch in args are looked up among what the walk has made."""
        args = {key: known[value[1:]] if isinstance(value, str) and value.startswith("$") else value for key, value in self.args.items()}
        return reverse(self.name, kwargs=args) + (f"?{self.query}" if self.query else "")

    @property
    def shows_canary(self) -> bool:
        return self.who in ("list", "team") and self.get == 200 if self.canary is None else self.canary


def lines() -> list[Line]:
    """The lines of the pages."""
    return [Line(name=name, **said) for name, said in _file().items() if name != "api"]


def scopes() -> dict[str, str]:
    """The scope of each operation of the API."""
    found: dict[str, str] = _file()["api"]
    return found


def _file() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return found


def addresses() -> set[str]:
    """The name of every address that the application answers at."""
    return set(_names(get_resolver().url_patterns))


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name and (not pattern.name.startswith("api-") or pattern.name in API_PAGES):
            yield pattern.name


@dataclass(frozen=True, slots=True)
class Walk:
    """`right` gives a signed-in browser for a line; `wrong` the browsers that must not get through, by what they are."""

    right: Callable[[Line], Browser]
    wrong: Callable[[Line], dict[str, Browser]]
    known: dict[str, Any]

    def faults(self, only: Callable[[Line], bool] = lambda line: True) -> list[str]:
        found: list[str] = []
        for line in filter(only, lines()):
            url = line.url(self.known)
            found += self._right(line, url)
            before = fingerprint()
            for name, browser in self.wrong(line).items():
                found += [f"{line.name}, {name}: {said}" for said in self._wrong(line, url, browser, every=name == "Dana")]
            if fingerprint() != before:
                found.append(f"{line.name}: a wrong principal changed rows")
        return found

    def _right(self, line: Line, url: str) -> list[str]:
        with transaction.atomic():
            answer = self.right(line).get(url)
            found = []
            if answer.status_code != line.get:
                found.append(f"{line.name}: the right principal gets {answer.status_code}, not {line.get}")
            if line.shows_canary and CANARY not in told(answer):
                found.append(f"{line.name}: shows no canary to its right principal, so the walk would not notice one")
            transaction.set_rollback(True)
        if line.post is not None:
            with transaction.atomic():
                status = self.right(line).post(url, line.post).status_code
                transaction.set_rollback(True)
            if not 200 <= status < 400:
                found.append(f"{line.name}: the right principal's POST gets {status}")
        return found

    def _wrong(self, line: Line, url: str, browser: Browser, *, every: bool) -> list[str]:
        found = []
        for method in METHODS if every else ("get", "post"):
            if line.who == "list" and method not in ("get", "head"):
                continue
            answer = getattr(browser, method)(url, **({"data": line.post or {}} if method == "post" else {}))
            if answer.status_code >= 500 or answer.status_code == 403:
                found.append(f"{method.upper()} gets {answer.status_code}")
            if line.who not in ("list", "self") and answer.status_code < 300 and method != "options":
                found.append(f"{method.upper()} gets through with {answer.status_code}")
            sent_on = answer.headers.get("Location", "/account/")
            if sent_on != "/" and not sent_on.startswith(("/account/", url.split("?")[0])):
                found.append(f"{method.upper()} is sent on to {sent_on}")
            if CANARY in told(answer).replace(url, ""):      # who names it in the address knows it already
                found.append(f"{method.upper()} shows the canary")
        return found


def told(answer: HttpResponse) -> str:
    """Everything an answer says: headers, body, what is in a ZIP, the text of a PDF."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join([*(f"{k}: {v}" for k, v in answer.headers.items()), *_texts(body)])


def _texts(body: bytes) -> Iterator[str]:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name
                yield from _texts(archive.read(name))
    elif body.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(body)
        for page in document:
            yield page.get_textpage().get_text_bounded()
        for number in range(document.count_attachments()):
            yield from _texts(bytes(document.get_attachment(number).get_data()))
    else:
        yield body.decode("utf-8", errors="replace")


QUIET = {
    "sessions.Session", "usersessions.UserSession", "axes.AccessAttempt", "axes.AccessLog", "axes.AccessFailureLog", "users.Attempt",
    "users.Counted",
}  # fmt: skip


def fingerprint() -> str:
    """A digest of every row of every model; refusals that are put on record do not count as a change."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.label in QUIET:
            continue
        rows = model._default_manager.order_by("pk")
        if model._meta.label == "users.AuditEntry":
            rows = rows.filter(refused=False)
        digest.update(model._meta.label.encode())
        for row in rows.values_list():
            digest.update(repr(row).encode())
    return digest.hexdigest()
