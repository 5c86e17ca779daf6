from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "keepscore.web"
    label = "web"
