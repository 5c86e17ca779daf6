from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "keepscore.intake"
    label = "intake"
    verbose_name = _("Import")

    def ready(self) -> None:
        from keepscore.users.roles import May
        from keepscore.web import nav

        nav.main.register(nav.Entry(_("Import"), "import", 50, may_see=lambda user: user.may(May.IMPORT), keys="g i"))
