"""What people hand in about tokens and webhooks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keepscore.api.models import Event
from keepscore.api.operations import LONGEST_LIFE
from keepscore.api.outgoing import NotSent, checked_url
from keepscore.api.scopes import Scope, scopes_for
from keepscore.clients.access import clients_for
from keepscore.users.audit import Actor

DAYS = 90      # unless said


class TokenForm(forms.Form):
    """A name, what the token may do, at which clients, and until when."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, such as nightly export."),
        error_messages={"required": _("A name is needed.")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("At least one thing is needed.")}
    )
    clients = forms.ModelMultipleChoiceField(
        label=_("Only these clients"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every client you may see, now and later."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text=_("Within a year."),
        error_messages={"required": _("A last day is needed."), "invalid": _("A day is needed.")},
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in scopes_for(actor)]
        self.fields["scopes"].initial = [str(Scope.READ)]
        self.fields["clients"].queryset = clients_for(actor)
        today = timezone.localtime(now).date()
        self.fields["until"].initial = today + timedelta(days=DAYS)

    def clean_until(self) -> datetime:
        """The end of that day on the vendor's clock."""
        last = self.cleaned_data["until"]
        try:
            end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
        except OverflowError:
            end = self.now
        if not self.now < end <= self.now + LONGEST_LIFE:
            raise forms.ValidationError(_("The last day is today or later, and within a year."))
        return end

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("clients") and Scope.IMPORT in self.cleaned_data.get("scopes", ()):
            self.add_error("clients", _("A file holds records of many clients. Leave all unticked, or leave importing out."))
        return self.cleaned_data


class WebhookForm(forms.Form):
    """Where to, and what about."""

    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("A public address that begins with https://."), error_messages={"required": _("An address is needed.")},
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("What it is told"), choices=Event.choices, initial=Event.values, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("At least one thing is needed.")},
    )  # fmt: skip

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            checked_url(url)
        except NotSent as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return url
