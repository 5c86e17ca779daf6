"""Sending what waits in the outbox: claimed with a lease, sent outside any transaction, tried again for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Greatest
from standardwebhooks import Webhook as Signer

from keepscore.api.models import Delivery
from keepscore.api.outgoing import NotSent, post
from keepscore.api.webhooks import secret_of
from keepscore.users.roles import May

LEASE = timedelta(seconds=60)
WAITS = tuple(timedelta(seconds=n) for n in (10, 60, 300, 1200, 3600, 3 * 3600, 6 * 3600, 13 * 3600))      # a day in all
REST = timedelta(seconds=60)
AT_ONCE = 200               # of one run, so that the worker has time for others
Send = Callable[..., int]


def deliver_waiting(*, now: Callable[[], datetime], send: Send = post) -> tuple[int, datetime | None]:
    """Send all that is due; how many were taken by whoever they were for, and when the next one is due.

    `now` is the machine's clock. Killed at any moment: what was claimed is sent again when its lease is over, under the same number.
    """
    delivered = 0
    for pk in list(_due(now()).order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        if _due(now()).filter(pk=pk).update(leased_until=now() + LEASE, tries=F("tries") + 1, tried_at=now()):
            delivery = Delivery.objects.select_related("webhook__user").get(pk=pk)
            delivered += _deliver(delivery, now=now, send=send)
    return delivered, next_due()


def next_due() -> datetime | None:
    """When something is to be sent next; None where nothing waits."""
    if not settings.KEEPSCORE_WEBHOOKS:
        return None
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    found: datetime | None = waiting.aggregate(at=Min(Greatest("next_at", Coalesce("leased_until", "next_at"))))["at"]
    return found


def forget(*, before: datetime) -> int:
    """Remove messages that ended before a moment; how many."""
    return int(Delivery.objects.filter(made_at__lt=before).exclude(state=Delivery.State.WAITING).delete()[0])


def _due(now: datetime) -> Any:
    if not settings.KEEPSCORE_WEBHOOKS:
        return Delivery.objects.none()
    return Delivery.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=Delivery.State.WAITING, next_at__lte=now)


def _deliver(delivery: Delivery, *, now: Callable[[], datetime], send: Send) -> bool:
    webhook = delivery.webhook
    if webhook.removed_at is not None or not webhook.user.may(str(May.TOKENS)):
        _ended(delivery, Delivery.State.FAILED, problem="The webhook was removed, or its owner may have none any more.")
        return False
    code, problem = None, ""
    try:
        code = send(webhook.url, delivery.body.encode(), headers_of(delivery, at=now()))
    except NotSent as stopped:
        problem = str(stopped)
        others = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING, next_at__lte=now()).exclude(pk=delivery.pk)
        others.update(next_at=now() + REST)      # who does not answer must not hold up everybody else
    if code is not None and 200 <= code < 300:
        _ended(delivery, Delivery.State.DELIVERED, code=code)
        return True
    if code == 410 or delivery.tries > len(WAITS):
        _ended(delivery, Delivery.State.FAILED, code=code, problem=problem)
    else:
        _ended(delivery, Delivery.State.WAITING, code=code, problem=problem, next_at=now() + WAITS[delivery.tries - 1])
    return False


def headers_of(delivery: Delivery, *, at: datetime) -> dict[str, str]:
    """As standardwebhooks.com has them; the signature is over number, moment and text."""
    signature = Signer(secret_of(delivery.webhook)).sign(delivery.message, at.astimezone(UTC), delivery.body)
    return {
        "Content-Type": "application/json", "User-Agent": "Keepscore", "webhook-id": delivery.message,
        "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature,
    }  # fmt: skip


def _ended(delivery: Delivery, state: Any, *, code: int | None = None, problem: str = "", **more: Any) -> None:
    """Only if this try is still the last one."""
    mine = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries, state=Delivery.State.WAITING)
    mine.update(state=state, leased_until=None, code=code, problem=problem[:200], **more)
