from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "keepscore.contracts"
    label = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        from keepscore.contracts import receivers  # noqa: F401  (listens to the room below)
        from keepscore.web import nav

        nav.client_tabs.register(nav.Entry(_("Contract"), "client-contract", 55))
