"""A real server with its worker, at a home of its own, and one Chromium; people sign in through the real page."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
PATIENCE = 120_000      # milliseconds; the worker may be busy on a loaded machine


@dataclass(frozen=True, slots=True)
class Site:
    """A running server: where it is, what lies there to be looked at, and the environment that its commands take."""

    at: str
    home: Path
    known: dict[str, int]
    environment: dict[str, str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; apt-get install chromium")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(lacking)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application as `keepscore serve` runs it, a day after the cast's records end."""
    home, port = tmp_path_factory.mktemp("home"), _free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KEEPSCORE_") and key != "DATABASE_URL"} | {
        "KEEPSCORE_HOME": str(home), "KEEPSCORE_ADDRESS": f"http://localhost:{port}", "KEEPSCORE_TODAY": "2026-10-14",
        "KEEPSCORE_VENDOR": "Northgate", "EMAIL_URL": "dummymail://", "DJANGO_SETTINGS_MODULE": "keepscore.server.settings",
    }  # fmt: skip
    build = [sys.executable, "-m", "tests.browser.home"]
    made = subprocess.run(build, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    log = (home / "server.log").open("w")
    command = [sys.executable, "-m", "keepscore.cli", "serve", "--port", str(port), "--processes", "1"]
    running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        _until_healthy(f"http://127.0.0.1:{port}/healthz", running, home / "server.log")
        yield Site(f"http://localhost:{port}", home, json.loads(made.stdout.splitlines()[-1]), environment)
    finally:
        running.terminate()
        running.wait(timeout=30)
        log.close()


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _until_healthy(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert running.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not come up:\n{log.read_text()}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`opened(width=390, ...)` is a new, signed-out browser; what its console refused is in `page.refused`."""
    contexts: list[BrowserContext] = []

    def open_page(*, width: int = 1440, **more: object) -> Page:
        context = chromium.new_context(base_url=site.at, viewport={"width": width, "height": 1000}, reduced_motion="reduce", **more)      # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.without_script = more.get("java_script_enabled") is False      # type: ignore[attr-defined]
        page.refused = []      # type: ignore[attr-defined]
        page.on("console", lambda said: page.refused.append(said.text) if said.type == "error" else None)      # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.refused.append(str(error)))      # type: ignore[attr-defined]
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> Page:
    """Through the page that people use."""
    from tests.world import PASSWORD

    page.goto("/account/login/")
    page.get_by_label("Email").fill(f"{name}@northgate.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
    return page


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def wait_for(page: Page, sentence: str) -> None:
    """Wait until the worker is done and the page says so; without script, by looking again, as a person then does."""
    heading, until = page.get_by_role("heading", name=re.compile(sentence)).first, time.monotonic() + PATIENCE / 1000
    while not heading.is_visible():
        assert time.monotonic() < until, f"{sentence!r} did not come; the page says:\n{page.inner_text('main')[:800]}"
        page.wait_for_timeout(250)
        look_again = page.get_by_role("link", name=re.compile("^Look (again|now)$"))
        if page.without_script and look_again.count():      # type: ignore[attr-defined]
            look_again.click()


def look_until(page: Page, address: str, found: Callable[[Page], bool]) -> None:
    """Open an address until the worker has brought there what is looked for."""
    until = time.monotonic() + PATIENCE / 1000
    page.goto(address)
    while not found(page):
        assert time.monotonic() < until, f"{address} never came to it; it says:\n{page.inner_text('main')[:800]}"
        page.wait_for_timeout(500)
        page.reload()
