"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.scores import addresses, views  # noqa: F401  (registers the converter)

urlpatterns = [
    path("clients/<slug:slug>/measures/", views.measures, name="client-measures"),
    path("clients/<slug:slug>/measures/<anykey:key>/", views.measure, name="client-measure"),
    path("clients/<slug:slug>/measures/<anykey:key>/records.csv", views.measure_records, name="client-measure-records"),
    path("clients/<slug:slug>/records/<anykey:source>/<anykey:reference>/", views.record, name="client-record"),
    path("clients/<slug:slug>/score-again/", views.score_again, name="client-score-again"),
    path("scoring/", views.scoring, name="scoring"),
]
