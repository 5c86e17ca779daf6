from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "keepscore.scores"
    label = "scores"
    verbose_name = _("Scores")

    def ready(self) -> None:
        from keepscore.scores import receivers  # noqa: F401  (listens to the rooms below)
