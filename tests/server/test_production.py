"""The settings of a server for others, in a process of their own, as its environment makes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

OURS = ("KEEPSCORE_", "DJANGO_", "EMAIL_URL", "DATABASE_URL")      # of this test run, not of the server
SHOW = """
import django, json
django.setup()
from django.conf import settings as s
print(json.dumps({"policy": s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"], "mail": s.EMAIL_BACKEND, "mails": s.KEEPSCORE_MAILS,
    "cookies": [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME], "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE],
    "only": [s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY], "hosts": s.ALLOWED_HOSTS, "proxy": s.SECURE_PROXY_SSL_HEADER}))
"""


def run(home: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {"KEEPSCORE_HOME": str(home), "KEEPSCORE_ADDRESS": "https://score.example.com", **environment}
    return subprocess.run([sys.executable, *command], env={**kept, "DJANGO_SETTINGS_MODULE": "keepscore.server.settings", **own},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip


def test_the_check_before_deploying_has_nothing_to_say(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout, done.stderr) == (0, "System check identified no issues (0 silenced).\n", "")


def test_cookies_hosts_and_forms_are_those_of_the_one_address(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SHOW, KEEPSCORE_OIDC_ISSUER="https://login.example.com/realms/us", KEEPSCORE_PROXIES="1")
    assert json.loads(done.stdout) == {
        "policy": ["'self'", "https://login.example.com"], "mail": "django.core.mail.backends.dummy.EmailBackend", "mails": False,
        "cookies": ["__Host-keepscore", "__Host-keepscore-csrf"], "secure": [True, True], "only": [True, True],
        "hosts": ["score.example.com"], "proxy": ["HTTP_X_FORWARDED_PROTO", "https"],
    }  # fmt: skip
