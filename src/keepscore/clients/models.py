"""Clients and their teams."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    """How often the business is reviewed, and so the period that is scored."""

    QUARTER = "quarter", _("every quarter")
    HALF_YEAR = "half-year", _("every half-year")
    YEAR = "year", _("every year")


class Client(models.Model):
    """An organisation we serve. `key` is its name in records and contracts; `slug` its name in addresses."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    slug = models.SlugField(max_length=220, unique=True)
    name = models.CharField(_("name"), max_length=200)
    cadence = models.CharField(_("reviewed"), max_length=10, choices=Cadence.choices, default=Cadence.QUARTER)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("account lead")
    )
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="teams", verbose_name=_("team"))
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return home_url(self.slug)


@lru_cache(maxsize=1024)      # lists name the same clients again and again
def home_url(slug: str) -> str:
    return reverse("client-home", args=[slug])


class VendorSettings(models.Model):
    """What holds for the whole vendor; one row at most. `defaults` is the text of a defaults file, merged under every contract."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    defaults = models.TextField(blank=True)
    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.QUARTER)     # of clients that are added
    keep_files_days = models.PositiveIntegerField(null=True, blank=True)      # uploaded files and rejected rows; None: for good
    edition = models.PositiveIntegerField(default=0)                          # counts its changes
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_vendor_settings"),)


class WholeExport(models.Model):
    """Somebody's wish to take everything along, and the file that the worker made of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file = models.CharField(max_length=200, blank=True)      # name in the folder of exports
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    found: Any = models.JSONField(default=dict)              # how many of what is in it

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["state"], condition=models.Q(state="waiting"), name="one_export_at_a_time"),)
