"""The web server and the worker beside it, as processes of one command."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from types import TracebackType

DUE_SECONDS = 60


class Worker:
    """The worker as a child process; it ends when this one does."""

    def __enter__(self) -> Worker:
        self.process = subprocess.Popen([sys.executable, "-m", "keepscore.cli", "worker"], env=os.environ.copy())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def serve(*, host: str, port: int, processes: int) -> None:
    """Serve until stopped."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "keepscore.server.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes, blocking_threads=4,
        log_access=False, respawn_failed_workers=True,
    ).serve()  # fmt: skip


def work() -> None:
    """Take jobs until stopped; look every minute for what is due."""
    from django.core.management import call_command

    threading.Thread(target=_look_for_due, daemon=True).start()
    call_command("db_worker", interval=0.5, verbosity=0, reload=False)


def _look_for_due() -> None:
    from django.db import close_old_connections

    from keepscore.server.due import run_due
    from keepscore.web import clock

    wait = threading.Event()
    while True:
        try:
            run_due(now=clock.now())
        except Exception:
            logging.getLogger("keepscore").exception("looking for what is due failed; it is tried again in a minute")
        close_old_connections()
        wait.wait(DUE_SECONDS)
