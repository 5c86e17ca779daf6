from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScorecardsConfig(AppConfig):
    name = "keepscore.scorecards"
    label = "scorecards"
    verbose_name = _("Scorecards")

    def ready(self) -> None:
        from keepscore.scorecards import queries, receivers  # noqa: F401  (listens to the room below)
        from keepscore.scores import published
        from keepscore.web import nav

        nav.client_tabs.register(nav.Entry(_("Scorecard"), "client-scorecards", 20))
        published.register(queries.frozen_for_score)
