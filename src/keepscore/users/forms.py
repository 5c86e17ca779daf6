"""What people hand in about people."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.users.roles import Role

THEMES = (("auto", gettext_lazy("As the device says")), ("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark")))


def no_controls(text: str) -> None:
    """Line breaks and other controls have no place in a name; a mail header must never see one."""
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text):
        raise ValidationError(gettext_lazy("Write it on one line."))


def needed(sentence: Any, **more: Any) -> dict[str, Any]:
    return {"required": sentence, **more}


class NameField(forms.CharField):
    def __init__(self, **given: Any) -> None:
        given.setdefault("label", gettext_lazy("Name"))
        given.setdefault("error_messages", needed(gettext_lazy("A name is needed.")))
        super().__init__(max_length=120, validators=[no_controls], widget=forms.TextInput(attrs={"autocomplete": "name"}), **given)


class PasswordsForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False, max_length=200, help_text=gettext_lazy("At least 12 letters; a sentence is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), error_messages=needed(gettext_lazy("A password is needed.")),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("The same password again"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=needed(gettext_lazy("Write the password a second time.")),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        return given


class JoinForm(PasswordsForm):
    name = NameField()
    field_order = ("name", "password", "again")


class InviteForm(forms.Form):
    name = NameField()
    email = forms.EmailField(
        label=gettext_lazy("Email"), max_length=254, error_messages=needed(gettext_lazy("An email address is needed.")),
        help_text=gettext_lazy("They sign in with it. The link is mailed to it."), widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect, error_messages=needed(gettext_lazy("Choose a role.")),
    )  # fmt: skip


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, error_messages=needed(gettext_lazy("Choose a role.")))


class NoOtherAddress(forms.Form):
    """In place of allauth's form for a further address: people are known by the one they were invited at, which nobody checks again."""

    email = forms.EmailField(max_length=254)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        raise ValidationError(_("Your address cannot be changed here."))


class HelpForm(forms.Form):
    removes_second_factor = forms.BooleanField(
        label=gettext_lazy("Remove their second factor as well, when the link is used"), required=False,
        help_text=gettext_lazy("Only when it is lost. Make sure by voice or in person that it is really them who asks."),
    )  # fmt: skip


class ProfileForm(forms.Form):
    name = NameField()
    theme = forms.ChoiceField(label=gettext_lazy("Colours"), choices=THEMES, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=())
    uses_shortcuts = forms.BooleanField(
        label=gettext_lazy("Keyboard shortcuts"), required=False, help_text=gettext_lazy("Press ? to see them.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = settings.LANGUAGES
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]
