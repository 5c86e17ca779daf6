"""Processes that import when told to, for tests that kill them."""

import os
import subprocess
import sys
from pathlib import Path

import crash_child
import pytest


class Importer:
    """A process that imports files when told to, and can be killed while it does."""

    def __init__(self):
        paths = [str(Path(__file__).parent), *sys.path]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
        self.process = subprocess.Popen(
            [sys.executable, crash_child.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self.answer() == "ready"

    def answer(self):
        return self.process.stdout.readline().strip()

    def begin(self, store, log, numbers):
        """Start to import; the id of the process that does."""
        self.process.stdin.write(f"{store} {log} {' '.join(map(str, numbers))}\n")
        self.process.stdin.flush()
        return int(self.answer())

    def status(self):
        return int(self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


@pytest.fixture
def importers():
    """Makes importers, and ends them with the test."""
    made = []

    def make():
        made.append(Importer())
        return made[-1]

    yield make
    for importer in made:
        importer.close()
