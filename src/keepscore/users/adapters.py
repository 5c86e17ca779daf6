"""How sign-in is bent to this house: nobody signs up alone, disabled people stay out, single sign-on only for known addresses."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.users import audit
from keepscore.users.address import address_of
from keepscore.users.failures import refused
from keepscore.users.models import User
from keepscore.users.roles import Role
from keepscore.web import clock

logger = logging.getLogger(__name__)
HOW = "single sign-on"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)


class MFAAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """An administrator keeps at least one second factor."""
        if authenticator.user.role != Role.ADMINISTRATOR:
            return True
        others = authenticator.user.authenticator_set.exclude(pk=authenticator.pk).exclude(type="recovery_codes")
        return bool(others.exists())


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on joins an existing user by an address that the provider has verified; it makes nobody new."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        joined = sociallogin.is_existing
        user = sociallogin.user if joined else _named(sociallogin)
        if user is None:
            _turn_away(request, None, _("This address has no place here yet. Ask an administrator to invite you."))
        elif not user.is_active:
            _turn_away(request, user, _("Your access is switched off. Ask an administrator."))
        elif not joined:
            with transaction.atomic():
                sociallogin.connect(request, user)
                audit.record("user.sign-on-joined", about=user, by=user, at=clock.now(), address=address_of(request))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Somebody who turned back at the provider is no failure; everything else is put on record, and why goes to the log."""
        if error != AuthError.CANCELLED:
            logger.warning("Single sign-on failed: %s", exception or "no such sign-in, or the provider refused")
            refused("user.sign-in-failed", request, None, how=HOW)


def _named(sociallogin: Any) -> User | None:
    """The user whose address the provider has verified."""
    verified = [address.email for address in sociallogin.email_addresses if address.verified in (True, "true")]
    return User.objects.filter(email__iexact=verified[0]).first() if verified else None


def _turn_away(request: HttpRequest, user: User | None, why: str) -> NoReturn:
    refused("user.sign-in-failed", request, user, how=HOW)
    messages.error(request, why)
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
