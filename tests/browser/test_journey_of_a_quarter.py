"""The whole road in a real browser, with a real worker: a file with faults becomes moved scores, a frozen scorecard, a correction."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, look_until, sign_in, wait_for

COLUMNS = "client,function,priority,site,opened,closed,minutes"
ON_TIME = "Requests closed in target time"
ACME = "/clients/acme/"
COMPLETE = "2026-10-12T23:59:59"


def row(number: str, *, client: str = "acme", priority: str = "P2", opened: str = "2026-09-21", closed: str = "2026-09-29") -> str:
    """A request of Leeds; unless said, opened in September and closed too late."""
    return f"{number},{client},desk,{priority},Leeds,{opened}T09:00:00Z,{closed}T16:00:00Z,20"


def send(page: Page, file: Path, *rows: str, key: str = "ticket") -> None:
    """A file whose first column has a name of its own, as the columns are what a source is known by."""
    file.write_text("\n".join([f"{key},{COLUMNS}", *rows]) + "\n", encoding="utf-8")
    page.goto("/import/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Send file and check it").click()


def declare(page: Page, source: str) -> None:
    """The columns as they were guessed, under a name."""
    wait_for(page, "columns are matched by their names. Are they right?")
    page.get_by_label("Source").fill(source)
    page.get_by_role("button", name="Save columns and check rows").click()


def mend(page: Page, about: str, *, choose: str = "") -> None:
    """Answer one group of rows where it is said."""
    fix = page.locator("li.fx").filter(has_text=about)
    if choose:
        fix.get_by_label("Count it as").select_option(choose)
    fix.get_by_role("button", name="Apply to 1 row").click()


def line_of(page: Page, name: str) -> list[str]:
    """The cells of a table's row."""
    return page.get_by_role("row").filter(has_text=name).first.get_by_role("cell").all_inner_texts()


def publish(page: Page, period: str, button: str, *, reason: str = "") -> None:
    """From the draft over the question to the frozen scorecard."""
    link = page.get_by_role("link", name=button, exact=True)
    look_until(page, f"{ACME}scorecards/{period}/draft/", lambda page: link.count() > 0)
    link.click()
    if reason:
        page.get_by_label("Reason for the correction").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()
    wait_for(page, "What happened to it")


def test_from_a_file_with_faults_to_a_correction(opened: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    dan, dana = sign_in(opened(), "dan"), sign_in(opened(), "dana")
    before = line_of(dana, "Acme Bakeries")
    shares = import_with_faults(dan, tmp_path)
    assert shares[0] - shares[1] > 10
    look_until(dana, "/", lambda page: line_of(page, "Acme Bakeries") != before)
    drill_down(dana, f"{shares[1]:g}% against 90%")
    assert dana.url == f"{site.at}{ACME}records/portal/P-00/"
    agree_other_terms(dana)

    publish(dana, "2026-Q3", "Publish Q3 2026")
    assert dana.url == f"{site.at}{ACME}scorecards/2026-Q3/1/"
    assert verified(dana, tmp_path) == 0

    send(dan, tmp_path / "portal-late.csv", row("P-99"))
    wait_for(dan, "^1 row is ready$")
    dan.get_by_role("button", name="Import 1", exact=True).click()
    wait_for(dan, "1 new record imported")
    look_until(dana, f"{ACME}scorecards/2026-Q3/1/", lambda page: page.get_by_text("The numbers have moved since.").count() > 0)
    publish(dana, "2026-Q3", "Publish correction 2 of Q3 2026", reason="One request was exported late.")
    assert dana.url == f"{site.at}{ACME}scorecards/2026-Q3/2/"
    expect(dana.get_by_text("One request was exported late.").first).to_be_visible()
    dana.get_by_role("definition").get_by_role("link").first.click()
    expect(dana.get_by_text("Replaced by correction 2.").first).to_be_visible()
    assert dana.url == f"{site.at}{ACME}scorecards/2026-Q3/1/"
    assert (dan.refused, dana.refused) == ([], [])      # type: ignore[attr-defined]


def import_with_faults(page: Page, folder: Path) -> list[float]:
    """A file of a source that nobody knows, three of its rows wrong. What is on time of the quarter: now, and after importing it."""
    faults = (row("P-30", priority="Urgent"), row("P-31", client="acmee"), row("P-32", closed="2026-02-31"))
    send(page, folder / "portal.csv", *(row(f"P-{n:02}") for n in range(30)), *faults)
    declare(page, "portal")
    wait_for(page, "30 rows are ready. 3 need a decision from you")
    mend(page, "Urgent", choose="P1")
    wait_for(page, "31 rows are ready. 2 need a decision from you")
    mend(page, "acmee", choose="acme")
    wait_for(page, "32 rows are ready. 1 needs a decision from you")
    page.locator("td.xb input").fill("2026-09-29T16:00:00Z")
    page.get_by_role("button", name="Save corrections and check again").click()
    wait_for(page, "^33 rows are ready$")
    moves = page.get_by_role("table", name="Acme Bakeries, Q3 2026: now and after")
    moves.wait_for()
    told = moves.get_by_role("row").filter(has_text=ON_TIME).get_by_role("cell").all_inner_texts()
    page.get_by_label("Complete to").fill(COMPLETE)
    page.get_by_role("button", name="Import 33", exact=True).click()
    wait_for(page, "33 new records imported")
    return [float(share.rstrip("%")) for share in told]


def drill_down(page: Page, finding: str) -> None:
    """Portfolio, client, measure, record: each one click."""
    page.get_by_role("link", name="Acme Bakeries").first.click()
    page.get_by_role("link", name=ON_TIME).first.click()
    wait_for(page, finding)
    page.get_by_role("link", name="P-00", exact=True).first.click()
    wait_for(page, "P-00")


def agree_other_terms(page: Page) -> None:
    """A version from a later day, written as text, with one fault at first."""
    page.goto(f"{ACME}contract/new-version/")
    page.get_by_label("First day of the new version").fill("2027-01-01")
    page.get_by_label("as YAML text").check()
    page.get_by_role("button", name="Add the version").click()
    text = page.get_by_label("The contract as YAML")
    head, _, tail = text.input_value().rpartition("at_least: 90%")
    text.fill(f"{head}at_least: ninety{tail}")
    page.get_by_role("button", name="Save the contract").click()
    wait_for(page, "One thing in your draft has to be mended")
    text.fill(f"{head}at_least: 80%{tail}")
    page.get_by_role("button", name="Save the contract").click()
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()


def verified(page: Page, folder: Path) -> int:
    """What `keepscore verify` says of the bundle that a person downloads: 0 where every number comes out the same."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence bundle").click()
    bundle = folder / download.value.suggested_filename
    download.value.save_as(bundle)
    return subprocess.run([sys.executable, "-m", "keepscore.cli", "verify", str(bundle)], check=False).returncode


def test_importing_and_publishing_work_without_script(opened: Callable[..., Page], tmp_path: Path) -> None:
    dan, dana = (sign_in(opened(java_script_enabled=False), name) for name in ("dan", "dana"))
    june = {"opened": "2026-06-02", "closed": "2026-06-08"}
    send(dan, tmp_path / "paper.csv", row("Q-1", **june), row("Q-2", **june, priority="High"), key="reference")
    declare(dan, "paper")
    wait_for(dan, "1 row is ready. 1 needs a decision from you")
    dan.get_by_role("button", name="Leave 1 row out").click()
    wait_for(dan, "^1 row is ready$")
    dan.get_by_label("Complete to").fill(COMPLETE)
    dan.get_by_role("button", name="Import 1").click()
    wait_for(dan, "1 new record imported")
    publish(dana, "2026-Q2", "Publish Q2 2026")
    expect(dana.get_by_role("link", name="Evidence bundle")).to_be_visible()
