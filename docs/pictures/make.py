"""Makes the pictures of README and docs from the demo: `make pictures`. Needs Chromium and the demo's folder.

The demo is served from a copy, so that looking changes nothing in it.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
DEMO = Path(os.environ.get("KEEPSCORE_DEMO", HERE.parents[1] / "demo"))
PASSWORD = "harbourline-sample"
TICKETS = HERE / "tickets.csv"          # a file with faults, for the page that mends them
LIMIT = 200_000                         # bytes of a picture


def main() -> None:
    sheet()
    with served(DEMO) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        wide = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        page = signed_in(wide.new_page(), "mara")
        everything_scored(page)
        shot(page, "/", "portfolio")
        shot(page, "/", "portfolio-dark", dark=True)
        shot(page, "/clients/marlowe/", "client")
        shot(page, worst_measure(page), "measure")
        shot(page, "/clients/marlowe/contract/", "contract")
        shot(page, "/clients/marlowe/scorecards/2026-Q3/", "scorecard-page")
        shot(page, checked(page), "import")
        phone = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844}, device_scale_factor=2)
        shot(signed_in(phone.new_page(), "mara"), "/", "portfolio-phone")
        chromium.close()


def sheet() -> None:
    """The first page of the demo's printed scorecard, 1,000 pixels wide."""
    page = pypdfium2.PdfDocument(DEMO / "published/marlowe/marlowe-2026-Q3-1.pdf")[0]
    save(page.render(scale=1000 / page.get_width()).to_pil(), "scorecard")


@contextmanager
def served(demo: Path) -> Iterator[str]:
    """The demo at a free port, with its worker, until the pictures are made."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="keepscore-pictures-", ignore_cleanup_errors=True) as folder:
        shutil.copytree(demo, folder, dirs_exist_ok=True)
        environment = os.environ | {
            "KEEPSCORE_HOME": folder, "KEEPSCORE_ADDRESS": f"http://127.0.0.1:{port}", "KEEPSCORE_TODAY": "2026-10-13",
            "KEEPSCORE_SAMPLE": "1", "KEEPSCORE_VENDOR": "Harbourline Services", "KEEPSCORE_TIMEZONE": "Europe/London",
        }  # fmt: skip
        running = subprocess.Popen([sys.executable, "-m", "keepscore.cli", "serve", "--port", str(port)], env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(timeout=30)


def wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the demo could not be served")


def signed_in(page: Page, name: str) -> Page:
    page.set_default_timeout(120_000)
    page.goto("/account/login/")
    page.get_by_label("Email").fill(f"{name}@harbourline.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/" not in url)
    return page


def everything_scored(page: Page) -> None:
    """The worker scores the older quarters, which the trends are drawn from."""
    page.goto("/")
    while page.locator("#progress[hx-get]").count():
        time.sleep(2)
        page.reload()


def worst_measure(page: Page) -> str:
    """The address of Marlowe's first measure: misses first."""
    page.goto("/clients/marlowe/measures/?period=2026-Q3")
    return str(page.locator("table tbody th a").first.get_attribute("href"))


def checked(page: Page) -> str:
    """The address of a file that waits for decisions."""
    page.goto("/import/")
    page.set_input_files("input[type=file]", TICKETS)
    page.get_by_role("button", name="Send file").click()
    page.locator("ol.fixes, form#columns").first.wait_for()
    if "/columns/" in page.url:
        page.goto(f"{page.url}?as=yaml")
        page.get_by_label("Mapping").fill((DEMO / "exports/service-desk.mapping.yaml").read_text(encoding="utf-8"))
        page.get_by_role("button", name="Save columns and check rows").click()
    page.locator("ol.fixes").wait_for()
    page.locator("#moves table").first.wait_for()
    return page.url


def shot(page: Page, address: str, name: str, *, dark: bool = False) -> None:
    """What a person sees first of a page."""
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.goto(address)
    page.evaluate("document.fonts.ready")
    save(Image.open(io.BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """With as many colours as fit into the limit."""
    for colours in (128, 64, 32, 16):
        target = HERE / f"{name}.png"
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size < LIMIT:
            print(f"{target.name}: {target.stat().st_size:,} bytes")
            return
    raise SystemExit(f"{name} does not fit into {LIMIT:,} bytes")


if __name__ == "__main__":
    main()
