"""Clients and their teams."""

from __future__ import annotations

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
        return reverse("client-home", args=[self.slug])
