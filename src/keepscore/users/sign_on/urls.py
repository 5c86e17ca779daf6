"""The two addresses of single sign-on."""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount import app_settings
from django.urls import path

from keepscore.users.sign_on import views

_place = f"{app_settings.OPENID_CONNECT_URL_PREFIX}/<slug:provider_id>/login/"
urlpatterns = [
    path(_place, login_not_required(views.login), name="openid_connect_login"),
    path(f"{_place}callback/", login_not_required(views.callback), name="openid_connect_callback"),
]
