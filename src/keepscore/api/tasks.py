"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

from keepscore.api.deliveries import deliver_waiting, forget

KEPT = timedelta(days=30)      # messages that ended


@task(priority=-10)
def deliver_messages() -> int:
    """Send the messages that are due, and come back when the next one is. Scoring and importing go first."""
    delivered, next_at = deliver_waiting(now=timezone.now)
    forget(before=timezone.now() - KEPT)
    if next_at is not None:
        deliver_by(next_at)
    return delivered


def deliver_by(moment: datetime) -> None:
    """Have messages sent at a moment, unless that is asked for already."""
    asked = DBTaskResult.objects.filter(task_path=deliver_messages.module_path, status="READY")
    if asked.filter(Q(run_after=get_date_max()) | Q(run_after__lte=max(moment, timezone.now()))).exists():
        return
    if moment > timezone.now():
        deliver_messages.using(run_after=moment).enqueue()
    else:
        deliver_messages.enqueue()
