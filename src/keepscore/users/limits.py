"""Rate limits that hold however many ask at once: each try is one UPDATE whose condition is the limit."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, Value, When

from keepscore.users.models import Attempt

MINUTE = timedelta(minutes=1)


def admit(key: str, *, limit: int, window: timedelta, now: datetime) -> bool:
    """Count a try; False where `limit` of them were made since the window began. What was refused does not count."""
    if limit < 1:
        return False
    key = _short(key)
    if _count(key, limit, window, now):
        return True
    Attempt.objects.bulk_create([Attempt(key=key, since=now, count=0)], ignore_conflicts=True)
    return _count(key, limit, window, now)


def clear(key: str) -> None:
    """Begin to count anew."""
    Attempt.objects.filter(key=_short(key)).delete()


def forget(*, before: datetime) -> int:
    """Remove counters that nobody has moved since a moment; how many there were."""
    return int(Attempt.objects.filter(since__lt=before).delete()[0])


def _count(key: str, limit: int, window: timedelta, now: datetime) -> bool:
    over = Q(since__lte=now - window) | Q(since__gt=now + window)      # a clock that was put back must lock nobody out
    return bool(
        Attempt.objects.filter(Q(count__lt=limit) | over, key=key).update(
            since=Case(When(over, then=Value(now)), default=F("since")), count=Case(When(over, then=Value(1)), default=F("count") + 1)
        )
    )


def _short(key: str) -> str:
    """Keys are made of what strangers send, so they may be of any length."""
    return key if len(key) <= 200 else key[:120] + hashlib.sha256(key.encode()).hexdigest()
