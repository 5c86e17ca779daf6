"""Whether scores are being worked out for clients that the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from keepscore.clients.access import clients_for
from keepscore.scores.models import Run, Touched
from keepscore.users.audit import Actor


@dataclass(frozen=True, slots=True)
class Progress:
    """`waiting` clients are marked; `percent` of the run that goes on is done, None before it begins; `failed`: the last one broke."""

    waiting: int
    percent: int | None
    failed: bool


def progress(actor: Actor) -> Progress | None:
    """None where nothing waits. Says no number of clients that the actor may not see."""
    visible = clients_for(actor).order_by().values("pk")
    waiting = Touched.objects.filter(client__in=visible, failed_at=None).order_by().values("client_id").distinct().count()
    if not waiting:
        return None
    run = Run.objects.order_by("-id").only("state", "total", "done").first()
    running = run is not None and run.state == Run.State.RUNNING
    percent = 100 * run.done // run.total if run is not None and running and run.total else None
    return Progress(waiting, percent, run is not None and run.state == Run.State.FAILED)
