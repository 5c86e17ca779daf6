from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "keepscore.api"
    label = "api"
    verbose_name = _("Api")

    def ready(self) -> None:
        from django.conf import settings

        from keepscore.api import receivers  # noqa: F401  (listens to the rooms below)
        from keepscore.users.roles import May
        from keepscore.web import nav

        nav.user_menu.register(nav.Entry(_("Tokens"), "tokens", 40, may_see=lambda user: user.may(May.TOKENS)))
        nav.user_menu.register(
            nav.Entry(_("Webhooks"), "webhooks", 45, may_see=lambda user: settings.KEEPSCORE_WEBHOOKS and user.may(May.TOKENS))
        )
        nav.user_menu.register(nav.Entry(_("API"), "api-docs", 90))
