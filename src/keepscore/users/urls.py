"""Addresses of this room. Sign-in itself lives under /account/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
