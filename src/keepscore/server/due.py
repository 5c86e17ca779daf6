"""What is due now, derived from state and date alone: run twice, or after a crash, it does what is left and nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keepscore.api import webhooks
from keepscore.intake import operations as intake
from keepscore.scorecards import publishing
from keepscore.scores import judged_sweep
from keepscore.scores import operations as scores
from keepscore.server import export_jobs
from keepscore.server.retention import remove_old_files
from keepscore.users import limits
from keepscore.users.models import Counted

TASKS_KEPT = timedelta(days=14)


def run_due(*, now: datetime) -> dict[str, int]:
    """Do or ask for everything that is due; how many of each."""
    real = timezone.now()
    ended = scores.end_silent(now=now)
    asked = 0
    if scores.is_due(now=now):
        scores.ask_worker()
        asked = 1
    webhooks.take_up(now=real)
    Session.objects.filter(expire_date__lt=real).delete()
    limits.forget(before=now - timedelta(days=1))
    Counted.objects.filter(expires__lt=real).delete()
    export_jobs.sweep(at=now)
    remove_old_files(now=now)
    DBTaskResult.objects.finished().filter(finished_at__lt=real - TASKS_KEPT).delete()
    swept = {
        "scorecards adopted": publishing.reconcile(at=now), **intake.reconcile(now=now), "judged files swept": judged_sweep.sweep(now=real),
    }  # fmt: skip
    return {"runs ended": ended, "scoring asked": asked, **{what: count for what, count in swept.items() if count}}
