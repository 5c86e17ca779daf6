"""What the pages of tokens and webhooks show, in finished words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.api.models import ApiToken, Delivery, Event, Webhook
from keepscore.api.scopes import Scope
from keepscore.documents.words import listed
from keepscore.web.words import number


@dataclass(frozen=True, slots=True)
class TokenRow:
    name: str
    prefix: str
    owner: str
    scopes: str
    clients: str
    expires_at: datetime
    last_used_at: datetime | None
    state: str          # of the status component
    word: str
    revoke_url: str     # "" where nothing is left to revoke


@dataclass(frozen=True, slots=True)
class TokensPage:
    headline: str
    rows: tuple[TokenRow, ...]
    owners: bool        # tokens of several people


def tokens_page(tokens: Iterable[ApiToken], *, at: datetime, everybody: bool) -> TokensPage:
    """Live tokens first."""
    rows = sorted((_row(token, at) for token in tokens), key=lambda row: not row.revoke_url)
    live = sum(bool(row.revoke_url) for row in rows)
    headline = ngettext("%(n)s program can act here", "%(n)s programs can act here", live) % {"n": number(live)}
    return TokensPage(headline if live else _("No program can act here"), tuple(rows), everybody)


def _row(token: ApiToken, at: datetime) -> TokenRow:
    live = token.is_live(at) and token.user.is_active
    state, word = ("done", _("live")) if live else ("withdrawn", _("revoked")) if token.revoked_at else ("late", _("expired"))
    if not live and token.is_live(at):
        state, word = "withdrawn", _("its owner cannot sign in")
    clients = listed(sorted(client.name for client in token.clients.all())) if token.is_limited else _("all its owner sees")
    return TokenRow(
        token.name, f"{token.prefix}…", token.user.name, ", ".join(scope for scope in Scope.values if scope in token.scopes),
        clients or _("none any more"), token.expires_at, token.last_used_at, state, word,
        reverse("token-revoke", args=[token.pk]) if token.is_live(at) else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebhookRow:
    url: str
    owner: str
    events: str
    waiting: int
    remove_url: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    event: str
    url: str
    message: str
    made_at: datetime
    state: str          # of the status component
    word: str
    answer: str         # code of the answer, or why there is none
    tries: int
    again_url: str      # "" where it is sent by itself


@dataclass(frozen=True, slots=True)
class WebhooksPage:
    headline: str
    rows: tuple[WebhookRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    owners: bool


MARKS = {Delivery.State.WAITING: "working", Delivery.State.DELIVERED: "done", Delivery.State.FAILED: "failed"}
LATEST = 50


def webhooks_page(webhooks: QuerySet[Webhook], *, everybody: bool) -> WebhooksPage:
    """Every webhook and its latest messages, in two queries."""
    waits = Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING))
    rows = [
        WebhookRow(one.url, one.user.name, ", ".join(one.events), one.waits, reverse("webhook-remove", args=[one.pk]))
        for one in webhooks.annotate(waits=waits)
    ]
    latest = Delivery.objects.filter(webhook__in=webhooks).select_related("webhook").defer("body")[:LATEST]
    headline = ngettext("%(n)s address is told what happens", "%(n)s addresses are told what happens", len(rows)) % {"n": number(len(rows))}
    return WebhooksPage(headline if rows else _("No address is told what happens"), tuple(rows), tuple(map(_delivery, latest)), everybody)


def _delivery(item: Delivery) -> DeliveryRow:
    state: Any = item.state
    again = "" if state == Delivery.State.WAITING else reverse("delivery-again", args=[item.pk])
    return DeliveryRow(
        str(Event(item.event).label), item.webhook.url, item.message, item.made_at, MARKS[state], str(item.get_state_display()),
        item.problem or str(item.code or ""), item.tries, again,
    )  # fmt: skip
