"""Making, removing and filling webhooks: what happened is written into the outbox in the transaction in which it happened."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from keepscore.api.models import Delivery, Webhook
from keepscore.api.outgoing import checked_url
from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.engine.results import to_json
from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.roles import May


def secret_of(webhook: Webhook) -> str:
    """What both sides sign with. It is in no database: it follows from the server's secret key and the webhook's own number."""
    digest = salted_hmac("keepscore.webhook", webhook.nonce, algorithm="sha256").digest()
    return "whsec_" + base64.b64encode(digest).decode()


@transaction.atomic
def make_webhook(*, url: str, events: Collection[str], by: Actor, at: datetime) -> tuple[Webhook, str]:
    """A webhook and its secret, which is shown only now. Raises outgoing.NotSent where the address is none."""
    host, _port, _path = checked_url(url)
    webhook = Webhook.objects.create(url=url, events=sorted(events), user=by.user, nonce=secrets.token_hex(32), made_at=at)
    audit.record("webhook.made", about=webhook, by=by, at=at, host=host, events=sorted(events))
    return webhook, secret_of(webhook)


@transaction.atomic
def remove_webhook(*, webhook: Webhook, by: Actor, at: datetime) -> Webhook:
    """Nothing is sent there any more, nor what waits. Again does nothing."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if webhook.removed_at is None:
        webhook.removed_at, webhook.removed_by = at, by.user
        webhook.save(update_fields=["removed_at", "removed_by"])
        audit.record("webhook.removed", about=webhook, by=by, at=at, owner=webhook.user.email)
    return webhook


@transaction.atomic
def send_again(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery:
    """Have a message that ended sent once more, under its own number. One that waits is sent by itself."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.state != Delivery.State.WAITING:
        delivery.state, delivery.tries, delivery.next_at, delivery.leased_until = Delivery.State.WAITING, 0, timezone.now(), None
        delivery.save()
        audit.record("webhook.asked-again", about=delivery, by=by, at=at, message=delivery.message)
        ask_worker()
    return delivery


def tell(event: Any, client: Client, *, at: datetime, **data: Any) -> None:
    """Put a message for every webhook that wants this event and whose owner may see the client. To be called in the transaction."""
    if not settings.KEEPSCORE_WEBHOOKS:
        return
    wanted = [
        webhook for webhook in Webhook.objects.filter(removed_at=None).select_related("user")
        if event in webhook.events and webhook.user.may(str(May.TOKENS)) and clients_for(webhook.user).filter(pk=client.pk).exists()
    ]  # fmt: skip
    if not wanted:
        return
    body = json.dumps(to_json({"type": str(event), "timestamp": at, "data": {"client": client.slug, **data}}))
    message, real = f"msg_{secrets.token_hex(16)}", timezone.now()
    Delivery.objects.bulk_create(
        Delivery(webhook=webhook, message=message, event=event, body=body, made_at=real, next_at=real) for webhook in wanted
    )
    ask_worker()


def take_up(*, now: datetime) -> None:
    """Have messages sent that are due although nobody was asked, since a worker was killed. `now` is the machine's time."""
    if settings.KEEPSCORE_WEBHOOKS and Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now).exists():
        ask_worker()


def ask_worker() -> None:
    """Have the worker send, once the transaction is through."""
    from keepscore.api.tasks import deliver_by

    transaction.on_commit(lambda: deliver_by(timezone.now()))
