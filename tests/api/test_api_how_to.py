"""The examples of docs/how-to/api.md, run as they stand by a real shell and curl against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from keepscore.intake import operations as intake
from keepscore.intake.models import Batch, Source
from keepscore.scorecards import publishing
from keepscore.scorecards.models import Scorecard
from keepscore.scores import operations as scores
from tests.world import HEADER, MAPPING, NOW, World, contract_text

EXAMPLES = re.findall(r"```sh\n(.*?)```", Path("docs/how-to/api.md").read_text(encoding="utf-8"), re.DOTALL)
ROW = "A-9001,acme,desk,P1,Leeds,2026-10-12T09:00:00Z,2026-10-12T10:00:00Z,15"
STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body "$@"; }\n'


class Quiet(WSGIRequestHandler):
    def log_message(self, *_about: Any) -> None:
        pass


def run(script: str, server: WSGIServer, folder: Path, told: Mapping[str, str]) -> str:
    """The script's output; requests are answered in this thread, inside the test's own transaction."""
    out = folder / "output"
    with out.open("w") as target:
        process = subprocess.Popen(["bash", "-c", STRICT + script], cwd=folder, env={**os.environ, **told}, stdout=target, stderr=target)
        while process.poll() is None:
            server.handle_request()
    assert process.returncode == 0, out.read_text()
    return out.read_text()


def work() -> None:
    for batch in Batch.objects.all():
        for job in (intake.check, intake.load, intake.undo):
            job(pk=batch.pk, now=NOW)
    scores.score_touched(now=NOW)
    publishing.publish_waiting(at=NOW)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_example_does_what_it_says(
    world: World, secret_of: Any, shelf: Path, own_store: Path, own_requests: None, tmp_path: Path
) -> None:
    Source.objects.update_or_create(name="desk", defaults={"mapping": MAPPING})
    (tmp_path / "desk.csv").write_text(f"{HEADER}\n{ROW}\n")
    text = contract_text(world.acme)
    (tmp_path / "acme.yaml").write_text(text + text[text.index("- from: 2025-01-01") :].replace("2025-01-01", "2027-01-01"))
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    server.timeout = 0.05
    secret = secret_of(world.lee, "read", "import", "contracts", "publish")
    told = {"KEEPSCORE": f"http://127.0.0.1:{server.server_port}/api/v1", "TOKEN": secret}
    said = []
    with server:
        for example in EXAMPLES:
            batch = Batch.objects.first()
            said.append(run(example, server, tmp_path, {**told, "BATCH": str(batch.pk) if batch else ""}))
            work()
    assert '"slug": "acme"' in said[0]
    assert Batch.objects.get().state == "undone"
    assert world.acme.contracts.get().revisions.count() == 2
    assert Scorecard.objects.get().state == "published"
    assert (tmp_path / "acme.zip").read_bytes()[:2] + (tmp_path / "acme.pdf").read_bytes()[:4] == b"PK%PDF"
