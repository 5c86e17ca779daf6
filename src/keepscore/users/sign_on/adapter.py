"""Talks to the provider: discovery, the token, what it knows about the person. Says nothing about who may come in."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

from keepscore.users.sign_on import tokens

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
KEPT = ("sub", "email", "email_verified", "name")      # of what the provider says; the rest is not our business


class SignOnAdapter(OpenIDConnectOAuth2Adapter):
    """One sign-in; `nonce` is the one it began with."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_known"):
            self._known = self._discovered()
        return self._known

    def _discovered(self) -> dict[str, Any]:
        """The provider's own description; it has to name the issuer that this installation was told."""
        address = self.get_provider().server_url
        found = self._get(address)
        if not isinstance(found, dict) or any(not isinstance(found.get(name), str) for name in NEEDED):
            raise OAuth2Error(f"{address} does not describe an OpenID provider")
        if found["issuer"].rstrip("/") != address.removesuffix(WELL_KNOWN).rstrip("/"):
            raise OAuth2Error(f"{address} describes another issuer")
        return found

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who signs in, by a token that was checked in full and by what the provider says about the same person."""
        known = self.openid_config
        try:
            claims = tokens.read(
                kwargs["response"].get("id_token"), keys=self._get(known["jwks_uri"]), issuer=known["issuer"], audience=app.client_id,
                nonce=self.nonce,
            )  # fmt: skip
        except tokens.Refused as wrong:
            raise OAuth2Error(f"ID token refused: {wrong}") from wrong
        person = self._get(known["userinfo_endpoint"], token.token)
        if not isinstance(person, dict) or person.get("sub") != claims["sub"]:
            raise OAuth2Error("the provider speaks about somebody else")
        kept = {name: person.get(name, claims.get(name)) for name in KEPT}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": {**kept, "iss": known["issuer"]}})

    def _get(self, address: str, token: str = "") -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers={"Authorization": f"Bearer {token}"} if token else {})
            answer.raise_for_status()
            return answer.json()
