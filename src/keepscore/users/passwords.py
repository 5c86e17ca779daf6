"""The forms that ask for a password or for a new one, in the words of the other pages."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as base
from django import forms
from django.utils.translation import gettext_lazy as _

NEW = {"password1": _("New password"), "password2": _("The same password again")}
RULE = _("At least 12 letters; a sentence is good.")


def _plain(form: forms.Form, labels: dict[str, Any]) -> None:
    """The label alone says what a field wants: no hint that goes away as one writes, no link between label and field."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        field.help_text = RULE if name == "password1" else ""


class SignInForm(base.LoginForm):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _plain(self, {})


class ConfirmForm(base.ReauthenticateForm):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _plain(self, {})


class ChangeForm(base.ChangePasswordForm):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _plain(self, {"oldpassword": _("Password now"), **NEW})


class ForgottenForm(base.ResetPasswordForm):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _plain(self, {})


class AnewForm(base.ResetPasswordKeyForm):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        _plain(self, NEW)
