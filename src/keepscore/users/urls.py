"""Addresses of this room. Sign-in itself lives under /account/."""

from __future__ import annotations

from django.urls import URLPattern, path

from keepscore.users.views import joining, me, people

urlpatterns: list[URLPattern] = [
    path("me/", me.me, name="me"),
    path("people/", people.index, name="people"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/invitations/<int:pk>/send-again/", people.resend, name="invitation-resend"),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="invitation-revoke"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/role/", people.change_role, name="person-role"),
    path("people/<int:pk>/switch-off/", people.switch_off, name="person-switch-off"),
    path("people/<int:pk>/let-in/", people.let_in, name="person-let-in"),
    path("people/<int:pk>/help/", people.help_in, name="person-help"),
    path("join/<str:token>/", joining.join, name="join"),
    path("recover/<str:token>/", joining.recover, name="recover"),
]
