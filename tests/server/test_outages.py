"""What people read while a disk, the database or the record store does not do its part; afterwards everything goes on by itself."""

from __future__ import annotations

import errno
import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.test import RequestFactory

from keepscore.records.store_errors import StoreFull, StoreUnreadable
from keepscore.scores.models import Score, Touched
from keepscore.scores.operations import score_touched
from keepscore.web import errors
from keepscore.web.logs import Masked
from tests.world import NOW, World

STORE = b"The record store cannot be read now"


def unbroken(browser: Browser) -> Browser:
    """As a person sees it: an error is an answer."""
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def no_store(settings: Any, tmp_path: Path) -> Any:
    """The place of the store is a file; what was judged before is gone as well."""
    blocked = tmp_path / "not-a-folder"
    blocked.write_text("")
    settings.KEEPSCORE_STORE = str(blocked)
    settings.FOLDERS = type(settings.FOLDERS)(**{**{name: getattr(settings.FOLDERS, name) for name in settings.FOLDERS.__slots__},
                                                 "judged": tmp_path / "judged"})  # fmt: skip
    return settings


def test_without_the_store_every_page_answers_and_says_what_is_missing(world: World, as_user: Any, no_store: Any) -> None:
    lead, data = unbroken(as_user(world.dana)), unbroken(as_user(world.dan))
    found = {path: lead.get(path) for path in ("/", "/measures/", "/clients/acme/", "/clients/acme/measures/", "/clients/acme/scorecards/",
                                               "/clients/acme/measures/on-time/", "/search/?q=A-0001",
                                               "/clients/acme/records/desk/A-0001/", "/clients/acme/measures/on-time/records.csv"
                                               )}  # fmt: skip
    found |= {path: data.get(path) for path in ("/import/", "/import/batches/")}
    assert {path: (answer.status_code, STORE in answer.content) for path, answer in found.items()} == {
        "/": (200, False), "/measures/": (200, False), "/clients/acme/": (200, False), "/clients/acme/measures/": (200, False),
        "/clients/acme/scorecards/": (200, False), "/clients/acme/measures/on-time/": (200, True), "/search/?q=A-0001": (200, True),
        "/clients/acme/records/desk/A-0001/": (503, True), "/clients/acme/measures/on-time/records.csv": (503, True),
        "/import/": (200, False), "/import/batches/": (200, False),
    }  # fmt: skip


def test_a_store_that_is_not_there_takes_no_score_away(world: World, no_store: Any) -> None:
    """Its empty place looks like a store before the first import, in which every finished period is without data."""
    before = list(Score.objects.order_by("pk").values_list("pk", "tenths", "store_version"))
    Touched.objects.create(client=world.acme, month="", since=NOW)
    with pytest.raises(StoreUnreadable, match="Check its path"):
        score_touched(now=NOW)
    assert list(Score.objects.order_by("pk").values_list("pk", "tenths", "store_version")) == before
    assert Touched.objects.count() == 1      # so the next run does it, once the store is back


@pytest.mark.parametrize(("error", "said"), [
    (OperationalError("database is locked"), "The database is busy"), (OSError(errno.ENOSPC, "No space left"), "The disk of the server"),
    (OperationalError("database or disk is full"), "The disk of the server"), (StoreFull("full"), "The disk of the server"),
    (StoreUnreadable("gone"), "The record store cannot be read"),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/people/", "/api/v1/clients"])
def test_an_outage_is_said_in_a_sentence(error: Exception, said: str, path: str) -> None:
    """No fixture opens a database here: a query would fail the test."""
    try:
        raise error
    except Exception:
        answer = errors.server_error(RequestFactory().get(path))
    assert (answer.status_code, said in answer.content.decode()) == (503, True)
    assert answer["Content-Type"].split(";")[0] == ("text/html" if path == "/people/" else "application/problem+json")


def test_a_fault_of_ours_is_no_outage() -> None:
    try:
        raise ValueError("on our side")
    except ValueError:
        assert errors.server_error(RequestFactory().get("/")).status_code == 500


SECRET = "Zx9_k-" * 7


@pytest.mark.parametrize("line", [
    "Forbidden (CSRF token missing.): /join/join-{}/", "Internal Server Error: /recover/recover-{}/", "Authorization: Bearer ks_{}",
    "/account/password/reset/key/3-{}/", "what was ks_{} for?", "/join/{}/?next=/",
])  # fmt: skip
def test_what_opens_something_is_in_no_line_of_the_log(line: str) -> None:
    try:
        raise ValueError(line.format(SECRET))
    except ValueError as error:
        trace = (ValueError, error, error.__traceback__)
        record = logging.LogRecord("django", logging.ERROR, "x.py", 1, "%s", (line.format(SECRET),), trace)
    told = Masked("%(message)s").format(record)
    assert (SECRET in told, "ValueError" in told, "***" in told) == (False, True, True)


def test_the_link_of_a_form_without_its_token_is_masked(db: None, settings: Any) -> None:
    """Through the handler that the settings make, as an installation has it."""
    import io
    from logging.config import DictConfigurator

    handler = DictConfigurator({**settings.LOGGING, "incremental": False})
    made = handler.configure_formatter(settings.LOGGING["formatters"]["line"])
    out = io.StringIO()
    shown = logging.StreamHandler(out)
    shown.setFormatter(made)
    logging.getLogger("django").addHandler(shown)
    try:
        answer = Browser(enforce_csrf_checks=True).post(f"/join/join-{SECRET}/", {"name": "x"})
    finally:
        logging.getLogger("django").removeHandler(shown)
    assert answer.status_code == 403
    assert ("/join/***/" in out.getvalue(), SECRET in out.getvalue()) == (True, False)


def test_a_body_without_a_length_is_a_problem_under_the_api(db: None) -> None:
    for path, kind in (("/api/v1/batches", "application/problem+json"), ("/people/invite/", "text/plain")):
        answer = Browser().generic("POST", path, b"", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
        assert (answer.status_code, answer["Content-Type"]) == (411, kind)
