"""The web server and the worker beside it, as processes of one command."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from types import TracebackType

DUE_SECONDS = 60
BEHIND = 10      # how far the worker stands back where both want the processor: people wait for pages, not for it
QUEUES = ("default", "scoring")
PARENT = "KEEPSCORE_SERVED_BY"      # the server's process, for its workers


class Workers:
    """The workers as child processes, one for each queue, so that a file does not wait for a scoring run; they end when this one does."""

    def __enter__(self) -> Workers:
        command = [sys.executable, "-m", "keepscore.cli", "worker", "--queue"]
        environment = {**os.environ, PARENT: str(os.getpid())}
        self.processes = [subprocess.Popen([*command, queue], env=environment) for queue in QUEUES]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


def serve(*, host: str, port: int, processes: int) -> None:
    """Serve until stopped."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "keepscore.server.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes, blocking_threads=4,
        log_access=False, respawn_failed_workers=True,
    ).serve()  # fmt: skip


def work(*, queues: tuple[str, ...] = QUEUES) -> None:
    """Take jobs of these queues until stopped; whoever takes the default queue looks every minute for what is due."""
    from django.core.management import call_command

    os.nice(BEHIND)
    if PARENT in os.environ:
        threading.Thread(target=_end_with, args=(int(os.environ[PARENT]),), daemon=True).start()
    if "default" in queues:
        threading.Thread(target=_look_for_due, daemon=True).start()
    call_command("db_worker", interval=0.5, verbosity=0, reload=False, queue_name=",".join(queues))


def _end_with(parent: int) -> None:
    """Whoever started this worker is gone, however it went: end too. Work may be killed at any moment; marks and batches stay."""
    wait = threading.Event()
    while os.getppid() == parent:
        wait.wait(1)
    os._exit(0)


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
