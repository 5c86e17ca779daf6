"""A contract is the text of its file, the same that the command line reads; every saved text is kept as a revision."""

from __future__ import annotations

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
    """A text that is being edited and may still be wrong; one for each contract. `base` is the digest it began from."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="draft")
    text = models.TextField()
    base = models.CharField(max_length=64)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
