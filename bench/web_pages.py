"""CPU milliseconds of each page, in process, warm."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from bench.web_home import ADMINISTRATOR, DATA, LEADER, OVER

PORTFOLIO, LIST, SCORECARD = 120, 40, 60
TIMES = 15


@dataclass(frozen=True, slots=True)
class Page:
    """A page with who looks at it and what it may cost."""

    name: str
    address: str
    bar: int
    who: str = LEADER


def pages() -> list[Page]:
    """The pages of an installation that bench.web_home built, those of a client for one with a published scorecard."""
    from keepscore.clients.models import Client
    from keepscore.scorecards.models import Scorecard
    from keepscore.scores.judged import judged_rows
    from keepscore.scores.models import Score

    frozen = Scorecard.objects.select_related("contract__client").first()
    client = frozen.contract.client if frozen else Client.objects.order_by("key")[0]
    rows = judged_rows(Score.objects.select_related("client", "contract").get(client=client, period=OVER))
    record = rows.slice(0, 1).to_pylist()[0]
    at = f"/clients/{client.slug}"
    found = [
        Page("portfolio", "/", PORTFOLIO),
        Page("measures", "/measures/", LIST),
        Page("measure across clients", "/measures/on-time/", LIST),
        Page("search", "/search/?q=client-0000", LIST),
        Page("client home", f"{at}/", LIST),
        Page("client's measures", f"{at}/measures/", LIST),
        Page("client's measure", f"{at}/measures/on-time/?period={OVER}", LIST),
        Page("record", f"{at}/records/{record['source']}/{record['reference']}/", LIST),
        Page("contract", f"{at}/contract/", LIST),
        Page("scorecards of a client", f"{at}/scorecards/", LIST),
        Page("scorecard draft", f"{at}/scorecards/{OVER}/draft/", SCORECARD),
        Page("import", "/import/", LIST, DATA),
        Page("batches", "/import/batches/", LIST, DATA),
        Page("people", "/people/", LIST, ADMINISTRATOR),
        Page("audit log", "/audit/", LIST, ADMINISTRATOR),
    ]
    if frozen:
        found.append(Page("scorecard, frozen", f"{at}/scorecards/{OVER}/{frozen.number}/", SCORECARD))
    return found


def browsers() -> dict[str, object]:
    """A signed-in test browser for each of the people who look."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client as Browser

    from keepscore.users.models import User

    found: dict[str, object] = {}
    for email in (LEADER, DATA, ADMINISTRATOR):
        user, browser = User.objects.get(email=email), Browser(HTTP_HOST="127.0.0.1")
        if email == ADMINISTRATOR and not user.authenticator_set.exists():
            TOTP.activate(user, generate_totp_secret())
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        found[email] = browser
    return found


def measure(only: str = "") -> None:
    """Print each page beside its bar: the median; the least beside it says how much else the machine was doing."""
    from django.db import connection

    signed_in = browsers()
    print(f"\n{'page':<26} {'CPU ms':>8} {'least':>8} {'wall ms':>8} {'bar':>6} {'':<7} {'queries':>7} {'kB':>6}")
    for page in pages():
        if only not in page.name:
            continue
        browser = signed_in[page.who]
        asked: list[str] = []
        with connection.execute_wrapper(lambda execute, sql, *rest, asked=asked: asked.append(sql) or execute(sql, *rest)):
            answer = browser.get(page.address)      # type: ignore[attr-defined]
        if answer.status_code != 200:
            print(f"{page.name:<26} answered {answer.status_code} at {page.address}")
            continue
        browser.get(page.address)      # type: ignore[attr-defined]
        cpu, wall = [], []
        for _ in range(TIMES):
            began, clock = time.process_time(), time.perf_counter()
            browser.get(page.address)      # type: ignore[attr-defined]
            cpu.append((time.process_time() - began) * 1000)
            wall.append((time.perf_counter() - clock) * 1000)
        took = statistics.median(cpu)
        verdict = "ok" if took <= page.bar else "misses"
        size = len(answer.content) if not answer.streaming else 0
        figures = f"{took:8.1f} {min(cpu):8.1f} {statistics.median(wall):8.1f} {page.bar:6}"
        print(f"{page.name:<26} {figures} {verdict:<7} {len(asked):7} {size / 1000:6.0f}", flush=True)
