"""Codes of a second factor, tried only so often: six digits are soon guessed by who has the password and may go on trying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from keepscore.users import limits
from keepscore.web import clock

CODES, WINDOW = 5, timedelta(minutes=5)      # wrong ones in a row, from wherever, in whichever process


def _counted(check: Callable[[], str], user: Any) -> str:
    """What `check` gives, unless too many codes were tried. A right one begins the count anew."""
    key = f"second factor {user.pk}"
    if not limits.admit(key, limit=CODES, window=WINDOW, now=clock.now()):
        raise ValidationError(_("Too many wrong codes. Wait five minutes, then write a new one."))
    code = check()
    limits.clear(key)
    return code


class SignInForm(base.AuthenticateForm):
    def clean_code(self) -> str:
        return _counted(super().clean_code, self.user)


class ConfirmForm(base.ReauthenticateForm):
    def clean_code(self) -> str:
        return _counted(super().clean_code, self.user)


class SetUpForm(totp.ActivateTOTPForm):
    def clean_code(self) -> str:
        return _counted(super().clean_code, self.user)
