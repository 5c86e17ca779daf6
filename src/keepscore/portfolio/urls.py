"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.portfolio import views
from keepscore.scores import addresses  # noqa: F401  (registers the converter)

urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("portfolio/progress/", views.portfolio_progress, name="portfolio-progress"),
    path("portfolio.csv", views.portfolio_csv, name="portfolio-csv"),
    path("portfolio.xlsx", views.portfolio_xlsx, name="portfolio-xlsx"),
    path("measures/", views.measures, name="measures"),
    path("measures/<anykey:key>/", views.measure_across, name="measure-across"),
    path("search/", views.search, name="search"),
    path("clients/<slug:slug>/", views.client_home, name="client-home"),
]
