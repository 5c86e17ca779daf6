"""Every address of the application, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("keepscore.server.health")),
    path("", include("keepscore.server.export_page")),
    path("", include("keepscore.portfolio.urls")),
    path("", include("keepscore.scorecards.urls")),
    path("", include("keepscore.scores.urls")),
    path("", include("keepscore.intake.urls")),
    path("", include("keepscore.contracts.urls")),
    path("", include("keepscore.clients.urls")),
    path("", include("keepscore.users.urls")),
    path("account/", include("allauth.urls")),
    path("", include("keepscore.api.urls")),
]
handler400 = "keepscore.web.errors.bad_request"
handler403 = "keepscore.web.errors.forbidden"
handler404 = "keepscore.web.errors.not_found"
handler500 = "keepscore.web.errors.server_error"
