"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.portfolio import views

urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("portfolio/progress/", views.portfolio_progress, name="portfolio-progress"),
    path("portfolio.csv", views.portfolio_csv, name="portfolio-csv"),
    path("portfolio.xlsx", views.portfolio_xlsx, name="portfolio-xlsx"),
    path("clients/<slug:slug>/", views.client_home, name="client-home"),
]
