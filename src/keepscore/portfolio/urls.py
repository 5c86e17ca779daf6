"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.portfolio import views

urlpatterns = [path("", views.portfolio, name="portfolio")]
