"""Published scorecards with what happened to them since, demonstrated actions as they are written, and wishes to publish."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract

_USER = settings.AUTH_USER_MODEL


def _all_or_none(*names: str) -> models.Q:
    none, every = models.Q(), models.Q()
    for name in names:
        none &= models.Q(**{f"{name}__isnull": True})
        every &= models.Q(**{f"{name}__isnull": False})
    return none | every


class Scorecard(models.Model):
    """A frozen scorecard. The truth is its bundle on the shelf; these fields repeat its manifest for lists."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("replaced by a correction")
        WITHDRAWN = "withdrawn", _("withdrawn")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="scorecards")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="scorecards")
    period = models.CharField(max_length=30)             # 2026-Q3
    label = models.CharField(max_length=60)              # Q3 2026
    start = models.DateField()
    end = models.DateField()                             # first day after it
    number = models.PositiveIntegerField()               # 1, then 2 for "correction 2"
    state = models.CharField(max_length=12, choices=State.choices, default=State.PUBLISHED)
    bundle = models.CharField(max_length=255)            # file name on the shelf
    digest = models.CharField(max_length=64)             # of the manifest; what people compare
    fingerprint = models.CharField(max_length=60)        # of the key that signed it
    numbers = models.CharField(max_length=64)            # digest of its numbers alone, to see whether they have moved since
    as_of = models.DateTimeField()
    grade = models.CharField(max_length=1, blank=True)
    tenths = models.PositiveSmallIntegerField(null=True)
    met = models.PositiveSmallIntegerField()
    missed = models.PositiveSmallIntegerField()
    correction: Any = models.JSONField(null=True)        # of the manifest; None for number 1
    has_moved = models.BooleanField(default=False)       # the present numbers are no longer these
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.TextField(null=True, blank=True)

    class Meta:
        ordering = ("-start", "-number")
        indexes = (models.Index(fields=["client", "-start"]),)
        constraints = (
            models.UniqueConstraint(fields=["contract", "period", "number"], name="one_scorecard_per_number"),
            models.UniqueConstraint(fields=["client", "bundle"], name="one_scorecard_per_bundle"),
            models.UniqueConstraint(
                fields=["contract", "period"], condition=models.Q(state="published"), name="one_scorecard_stands_per_period"
            ),
            models.CheckConstraint(
                condition=_all_or_none("withdrawn_at", "withdrawn_by", "withdrawn_because"), name="withdrawn_at_by_and_because_together"
            ),
            models.CheckConstraint(
                condition=models.Q(state="withdrawn", withdrawn_at__isnull=False) | ~models.Q(state="withdrawn"), name="withdrawn_says_when"
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, correction__isnull=True) | models.Q(number__gt=1, correction__isnull=False),
                name="corrections_say_what_they_replace",
            ),
        )

    @property
    def reason(self) -> str:
        """Why a correction was made; "" for number 1 and where nobody said."""
        return (self.correction or {}).get("reason") or ""


class Action(models.Model):
    """A demonstrated action: what we can show for a sub-area in a period. Figures are placeholders such as {on-time.value}."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="demonstrated")
    period = models.CharField(max_length=30)
    sub_area = models.CharField(max_length=200)          # key
    text = models.TextField()
    edition = models.PositiveIntegerField(default=1)     # counts its changes, so that nobody overwrites what they have not seen
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["contract", "period", "sub_area"], name="one_action_per_sub_area"),)


class Publishing(models.Model):
    """Somebody's wish to publish what they were shown; the worker does it or says why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="publishings")
    period = models.CharField(max_length=30)
    shown = models.CharField(max_length=64)              # digest of what was shown
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["contract", "period"], condition=models.Q(state="waiting"), name="one_publishing_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(state="done", scorecard__isnull=False) | ~models.Q(state="done"), name="done_publishing_has_a_scorecard"
            ),
        )
