"""Addresses of this room. `ref` is a period, as 2026-Q3; for a client's further contract with its number, as 2026-Q3~12."""

from __future__ import annotations

from django.urls import URLPattern, path

from keepscore.scorecards import views

_ALL = "clients/<slug:slug>/scorecards/"
_ONE = f"{_ALL}<str:ref>/"
_FROZEN = f"{_ONE}<int:number>/"

urlpatterns: list[URLPattern] = [
    path(".well-known/keepscore-keys.json", views.public_keys, name="public-keys"),
    path(_ALL, views.index, name="client-scorecards"),
    path(_ONE, views.latest, name="scorecard"),
    path(f"{_ONE}draft/", views.draft, name="scorecard-draft"),
    path(f"{_ONE}draft.pdf", views.draft_pdf, name="scorecard-draft-pdf"),
    path(f"{_ONE}actions/", views.actions, name="scorecard-actions"),
    path(f"{_ONE}actions/carry-over/", views.carry_over, name="scorecard-carry-over"),
    path(f"{_ONE}publish/", views.publish, name="scorecard-publish"),
    path(f"{_ONE}publishing/", views.publishing, name="scorecard-publishing"),
    path(_FROZEN, views.frozen, name="scorecard-frozen"),
    path(f"{_FROZEN}withdraw/", views.withdraw, name="scorecard-withdraw"),
    path(f"{_FROZEN}files/<slug:kind>/", views.download, name="scorecard-file"),
]
