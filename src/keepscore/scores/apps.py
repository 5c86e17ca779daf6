from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "keepscore.scores"
    label = "scores"
    verbose_name = _("Scores")

    def ready(self) -> None:
        from keepscore.scores import receivers  # noqa: F401  (listens to the rooms below)
        from keepscore.users.roles import May
        from keepscore.web import nav

        nav.client_tabs.register(nav.Entry(_("Measures"), "client-measures", 50))
        nav.user_menu.register(nav.Entry(_("Scoring"), "scoring", 40, may_see=lambda user: user.may(May.SCORE)))
