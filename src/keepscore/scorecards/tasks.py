"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from keepscore.scorecards import publishing
from keepscore.web import clock


@task()
def publish_waiting_scorecards() -> int:
    """Publish or refuse every scorecard that somebody asked for; how many were published."""
    return publishing.publish_waiting(at=clock.now())
