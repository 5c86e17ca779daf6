"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from keepscore.clients.views import audit, clients, settings

_ONE = "clients/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("clients/", clients.index, name="clients"),
    path("add-client/", clients.add, name="client-add"),
    path(f"{_ONE}team/", clients.team, name="client-team"),
    path(f"{_ONE}team/edit/", clients.change, name="client-team-edit"),
    path(f"{_ONE}archive/", clients.archive, name="client-archive"),
    path(f"{_ONE}bring-back/", clients.bring_back, name="client-bring-back"),
    path("audit/", audit.index, name="audit"),
    path("audit/audit.csv", audit.file, name="audit-csv"),
    path("settings/", settings.index, name="settings"),
]
