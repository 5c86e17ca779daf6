"""How sign-in is bent to this house: nobody signs up alone, disabled people stay out, single sign-on only for known addresses."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.users.address import address_of
from keepscore.users.models import User
from keepscore.users.roles import Role


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
        if sociallogin.is_existing:
            return
        verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is None:
            messages.error(request, _("This address has no place here yet. Ask an administrator to invite you."))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, user)
