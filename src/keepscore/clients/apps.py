from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "keepscore.clients"
    label = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from keepscore.clients import queries
        from keepscore.users import people
        from keepscore.users.roles import May
        from keepscore.web import nav

        people.register_places(queries.places)
        nav.client_tabs.register(nav.Entry(_("Team"), "client-team", 60))
        nav.user_menu.register(
            nav.Entry(_("Clients"), "clients", 15, may_see=lambda user: user.may(May.CLIENTS)),
            nav.Entry(_("Settings"), "settings", 25, may_see=lambda user: user.may(May.SETTINGS)),
            nav.Entry(_("Audit log"), "audit", 30, may_see=lambda user: user.may(May.AUDIT)),
            nav.Entry(_("Export everything"), "export", 90, may_see=lambda user: user.may(May.EXPORT)),
        )
