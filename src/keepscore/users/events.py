"""Sign-in leaves entries in the audit log: who came in, who did not, and what changed about how they do. Never a password."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from keepscore.users import audit
from keepscore.users.address import address_of, name_tried
from keepscore.users.failures import refused
from keepscore.users.models import User
from keepscore.web import clock


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, sociallogin: Any = None, **_: Any) -> None:
    how: dict[str, Any] = {"how": "single sign-on"} if sociallogin is not None else {}
    audit.record("user.signed-in", about=user, by=user, at=clock.now(), address=address_of(request), **how)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None and user.pk:
        audit.record("user.signed-out", about=user, by=user, at=clock.now(), address=address_of(request))


@receiver(user_login_failed)
def _failed(request: HttpRequest | None = None, credentials: dict[str, Any] | None = None, **_: Any) -> None:
    if request is not None:
        refused("user.sign-in-failed", request, _known(credentials or {}))


@receiver(user_locked_out)
def _locked_out(request: HttpRequest, username: str | None = None, **_: Any) -> None:
    refused("user.locked-out", request, _known({"email": username}))


@receiver(authentication_failed)
def _second_factor_failed(request: HttpRequest, user: User, **_: Any) -> None:
    refused("user.second-factor-failed", request, user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _second_factor_changed(signal: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    what = {id(authenticator_added): "added", id(authenticator_removed): "removed"}.get(id(signal), "renewed")
    kind = str(authenticator.type)
    audit.record(f"user.second-factor-{what}", about=user, by=user, at=clock.now(), kind=kind, address=address_of(request))


@receiver([password_changed, password_set, password_reset])
def _password_changed(signal: Any, request: HttpRequest, user: User, **_: Any) -> None:
    how = "reset" if signal is password_reset else "changed"
    audit.record(f"user.password-{how}", about=user, by=user, at=clock.now(), address=address_of(request))


def _known(credentials: dict[str, Any]) -> User | None:
    """The user whose name was tried. What else was typed is not kept: people type passwords into the wrong field."""
    typed = name_tried(None, credentials)
    return User.objects.filter(email__iexact=typed).first() if typed else None
