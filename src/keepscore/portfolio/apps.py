from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    name = "keepscore.portfolio"
    label = "portfolio"
    verbose_name = _("Portfolio")

    def ready(self) -> None:
        from keepscore.portfolio.beside import beside
        from keepscore.web import nav

        nav.main.register(nav.Entry(_("Portfolio"), "portfolio", 10, keys="g p"), nav.Entry(_("Measures"), "measures", 40, keys="g m"))
        nav.client_tabs.register(nav.Entry(_("Home"), "client-home", 10))
        nav.register_neighbours(beside)
