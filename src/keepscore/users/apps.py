from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "keepscore.users"
    label = "users"
    verbose_name = _("People and access")

    def ready(self) -> None:
        from keepscore.users import events  # noqa: F401  (listens to sign-in)
        from keepscore.users.roles import May
        from keepscore.web import nav

        nav.user_menu.register(
            nav.Entry(_("Your page"), "me", 10), nav.Entry(_("People"), "people", 20, may_see=lambda user: user.may(May.USERS))
        )
