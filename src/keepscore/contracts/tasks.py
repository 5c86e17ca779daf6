"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from keepscore.contracts import previews
from keepscore.web import clock


@task()
def compute_preview(draft_id: int, asked: str) -> bool:
    """What a draft would move; False when it is no longer wanted."""
    return previews.compute(draft_id=draft_id, asked=asked, now=clock.now())
