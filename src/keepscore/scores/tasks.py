"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from keepscore.scores import operations
from keepscore.web import clock


@task(queue_name="scoring")      # takes long: files and scorecards do not wait behind it
def score_touched_clients() -> int | None:
    """Score every marked client; the number of client-periods scored, None when somebody else did it already."""
    run = operations.score_touched(now=clock.now())
    return run.done if run else None
