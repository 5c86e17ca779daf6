"""Single sign-on in Chromium: a real server, a real provider, and the policy of the pages lets the button lead there and back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT, _free_port, _until_healthy
from tests.users.oidc_issuer import CLIENT, SECRET, Issuer, running

pytestmark = pytest.mark.filterwarnings("ignore:The 'grant' parameter")
PERSON = """
from pathlib import Path
from keepscore.server import start
start.configure()
start.prepare(collect=False)
from keepscore.users.models import User
User.objects.create_user(email="Dana@Northgate.test", name="Dana Northgate", role="lead", password="not needed here")
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server for whom Dana is a person, and whose single sign-on knows her and a stranger."""
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
    at = f"http://localhost:{_free_port()}"
    people = {name: {"email": f"{name}@northgate.test", "email_verified": True} for name in ("dana", "stranger")}
    with running(Issuer(back=f"{at}/account/oidc/oidc/login/callback/", people=people)) as issuer:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KEEPSCORE_") and key != "DATABASE_URL"} | {
            "KEEPSCORE_HOME": str(tmp_path / "home"), "KEEPSCORE_ADDRESS": at, "EMAIL_URL": "dummymail://",
            "DJANGO_SETTINGS_MODULE": "keepscore.server.settings", "KEEPSCORE_OIDC_ISSUER": issuer.at, "KEEPSCORE_OIDC_CLIENT": CLIENT,
            "KEEPSCORE_OIDC_SECRET": SECRET, "KEEPSCORE_OIDC_NAME": "Northgate ID",
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", PERSON], env=environment, cwd=ROOT, check=True)
        log = tmp_path / "server.log"
        command = [sys.executable, "-m", "keepscore.cli", "serve", "--port", at.rpartition(":")[2], "--processes", "1", "--no-worker"]
        with log.open("w") as out:
            server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
            try:
                _until_healthy(f"{at}/healthz", server, log)
                yield at
            finally:
                server.terminate()
                server.wait(timeout=30)


def test_the_button_leads_to_the_provider_and_back_to_the_portfolio(address: str, chromium: Browser) -> None:
    for person, lands, says in (("dana", "/", "Dana Northgate"), ("stranger", "/account/login/", "This address has no place here yet")):
        page = chromium.new_context(base_url=address).new_page()
        refused: list[str] = []
        page.on("console", lambda said, refused=refused: refused.append(said.text) if said.type == "error" else None)
        page.goto("/account/login/")
        page.get_by_role("button", name="Sign in with Northgate ID").click()
        page.wait_for_url(re.compile("/authorize"))
        page.get_by_role("button", name=person).click()
        page.wait_for_url(re.compile(f"{address}{lands}$"))
        found = page.content()
        assert (says in found, refused) == (True, [])
        page.context.close()
