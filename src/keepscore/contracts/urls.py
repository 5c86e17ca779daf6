"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.contracts.views import beginning, editing, page, terms

urlpatterns = [
    path("clients/<slug:slug>/contract/", page.contract, name="client-contract"),
    path("clients/<slug:slug>/contract/file/", page.file, name="contract-file"),
    path("clients/<slug:slug>/contract/revisions/<int:number>/", page.revision, name="contract-revision"),
    path("clients/<slug:slug>/contract/edit/", editing.edit, name="contract-edit"),
    path("clients/<slug:slug>/contract/form/", terms.form, name="contract-form"),
    path("clients/<slug:slug>/contract/discard/", editing.discard, name="contract-discard"),
    path("clients/<slug:slug>/contract/preview/", editing.preview, name="contract-preview"),
    path("clients/<slug:slug>/contract/new-version/", beginning.new_version, name="contract-new-version"),
    path("clients/<slug:slug>/contract/new/", beginning.first, name="contract-new"),
]
