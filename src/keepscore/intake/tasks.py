"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from keepscore.intake import operations
from keepscore.intake.models import Batch, State
from keepscore.web import clock

WORK = {State.CHECKING: operations.check, State.IMPORTING: operations.load, State.UNDOING: operations.undo}


@task()
def work_on(pk: int) -> str:
    """Do what the state of a batch asks for; its state afterwards."""
    batch = Batch.objects.filter(pk=pk).first()
    if batch is None:
        return "gone"
    job = WORK.get(State(batch.state))
    batch = job(pk=pk, now=clock.now()) if job else batch
    return str(operations.look_ahead(pk=pk, now=clock.now()).state if batch.is_moving else batch.state)
