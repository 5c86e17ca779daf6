"""The way to the provider and back. A provider that does not answer, or answers badly, gets a page and not an error."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from keepscore.users.sign_on.adapter import SignOnAdapter


class Callback(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A button sends people to the provider; a plain link only shows the button."""
    return _through(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends people back to."""
    return _through(Callback, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = SignOnAdapter(request, provider_id)
    one = view()
    one.request, one.adapter = request, adapter
    try:
        return one.dispatch(request)      # type: ignore[no-any-return]
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except ImmediateHttpResponse as answer:
        return answer.response      # type: ignore[no-any-return]
    except (OAuth2Error, RequestException) as wrong:
        provider = get_adapter().get_provider(request, provider=provider_id)
        return render_authentication_error(request, provider, exception=wrong)      # type: ignore[no-any-return]
