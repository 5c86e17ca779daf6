"""A worker killed at any moment of importing, scoring and publishing: the next one ends the same, and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 6


class Installation:
    """The program beside this test, asked line by line."""

    def __init__(self, home: Path) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "KEEPSCORE_STORE")}
        environment |= {"DJANGO_SETTINGS_MODULE": "keepscore.server.settings", "PYTHONPATH": str(ROOT), "KEEPSCORE_TODAY": "2026-10-13"}
        command = [sys.executable, "-m", "tests.server.killed_worker", str(home)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def _say(self, what: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self._line()

    def anew(self) -> None:
        assert self._say("anew") == "done"

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._say("told"))
        return found

    def work(self, *, killed_after: float | None = None) -> int:
        """Let the worker work, killed after so many seconds; its exit status, or minus the signal that ended it."""
        worker = int(self._say("work"))
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        return os.waitstatus_to_exitcode(int(self._line()))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    found = Installation(tmp_path_factory.mktemp("killed") / "home")
    yield found
    assert found.process.stdin is not None
    found.process.stdin.close()
    found.process.wait(30)


def test_killed_at_random_moments_it_ends_as_if_it_had_never_been(installation: Installation) -> None:
    began = time.perf_counter()
    assert installation.work() == 0
    took, whole = time.perf_counter() - began, installation.told()
    assert (whole["batches"], whole["marks"], whole["wishes"]) == ([["imported", 4]], 0, ["done"])
    assert (whole["scorecards"], whole["audit"]) == ([["acme", "2026-Q3", 1, "published"]], {"import.done": 1, "scorecard.published": 1})
    dice, killed = random.Random(7), 0
    for _ in range(KILLS // 2):
        installation.anew()
        for _ in range(2):
            killed += installation.work(killed_after=dice.random() * took) == -signal.SIGKILL
        assert installation.work() == 0
        assert installation.told() == whole
    assert killed >= KILLS // 2      # or every kill came after the end
