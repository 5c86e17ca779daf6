"""The provider of single sign-on, as settings name it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse

from keepscore.users.sign_on.adapter import SignOnAdapter


class SignOnProvider(OpenIDConnectProvider):
    """Sends a nonce along, and takes nothing about the sign-in from the address of the page it began on."""

    oauth2_adapter_class = SignOnAdapter

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        kwargs["scope"] = self.get_scope()
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Who it is, of which issuer: another issuer's person of the same name is somebody else."""
        person = data["userinfo"]
        return hashlib.sha256(f"{person['iss']}\n{person['sub']}".encode()).hexdigest()
