"""A contract is the text of its file, the same that the command line reads; every saved text is kept as a revision."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from keepscore.clients.models import Client


class Contract(models.Model):
    """What was agreed with one client. `text` is the whole file, all versions in it; `digest` of its values in effect."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts")
    key = models.CharField(_("key"), max_length=200, default="main")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    ends = models.DateField(null=True, blank=True)         # as in the text, for lists
    notice = models.DateField(null=True, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("client__name", "key")
        constraints = (models.UniqueConstraint(fields=["client", "key"], name="one_contract_per_client_and_key"),)


class Revision(models.Model):
    """A text as it was saved, with the reason given. Never changed."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["contract", "number"], name="one_revision_per_number"),)


class Draft(models.Model):
    """A text that somebody edits and that may still be wrong; each person has one for each contract, and no other can overwrite it.

    `revision` is the number of the revision it began from, 0 where there was no contract yet.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=200, default="main")
    text = models.TextField()
    revision = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-saved_at", "-id")
        constraints = (models.UniqueConstraint(fields=["client", "key", "saved_by"], name="one_draft_per_contract_and_person"),)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Preview(models.Model):
    """What a draft would move, computed by the worker. `asked` is the SHA-256 of the text that was last asked about."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="preview")
    asked = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    result: Any = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
