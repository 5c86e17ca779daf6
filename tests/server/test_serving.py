"""A worker never outlives the server that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STARTS = """
import os, sys, time
os.environ["KEEPSCORE_HOME"] = sys.argv[1]
from keepscore.server import serving, start
start.configure()
start.prepare(collect=False)
with serving.Workers() as workers:
    print(*(process.pid for process in workers.processes), flush=True)
    time.sleep(60)
"""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"


def test_workers_end_when_their_server_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "keepscore.server.settings"}
    environment.pop("DATABASE_URL", None)
    server = subprocess.Popen([sys.executable, "-c", STARTS, str(tmp_path / "home")], stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    workers = [int(pid) for pid in server.stdout.readline().split()]
    assert len(workers) == 2
    time.sleep(3)
    assert all(map(_alive, workers))
    server.send_signal(signal.SIGKILL)
    server.wait()
    until = time.monotonic() + 30
    while any(map(_alive, workers)) and time.monotonic() < until:
        time.sleep(0.2)
    assert not any(map(_alive, workers))
