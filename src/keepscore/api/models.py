"""Tokens for programs, and outgoing webhooks with everything they are to send or have sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from keepscore.clients.models import Client

_USER = settings.AUTH_USER_MODEL


def _together(at: str, by: str) -> models.Q:
    return models.Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | models.Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


class ApiToken(models.Model):
    """A program that acts for a person. Of its secret only the SHA-256 is kept, and the first letters, to know it again."""

    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="api_tokens")
    prefix = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes: Any = models.JSONField(default=list)
    is_limited = models.BooleanField(default=False)      # to `clients`; so that losing the last of them never means all of them
    clients = models.ManyToManyField(Client, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)      # to the minute

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(condition=_together("revoked_at", "revoked_by"), name="token_revoked_at_and_by_together"),
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="token_expires_after_it_was_made"),
        )

    def __str__(self) -> str:
        return self.name

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class Event(models.TextChoices):
    """What is told to the outside."""

    SCORED = "score.scored", _("A client's period was scored")
    WARNED = "warning.raised", _("An early warning was raised")
    PUBLISHED = "scorecard.published", _("A scorecard was published")


class Webhook(models.Model):
    """An address that is told of events at the clients its owner may see. Its secret follows from `nonce` and the server's own key."""

    url = models.CharField(_("address"), max_length=500)
    events: Any = models.JSONField(default=list)
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="webhooks")
    nonce = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (models.CheckConstraint(condition=_together("removed_at", "removed_by"), name="webhook_removed_at_and_by_together"),)

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message on its way to one webhook. It keeps its number and its text however often it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40)            # its id for whoever receives it
    event = models.CharField(max_length=40, choices=Event.choices)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()                     # real time, as everything below
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "next_at"]),)
        constraints = (models.UniqueConstraint(fields=["webhook", "message"], name="one_delivery_per_message"),)
