"""What people hand in about a client."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.clients.models import Cadence, Client
from keepscore.users.forms import needed, no_controls
from keepscore.users.models import User

NOT_HERE = gettext_lazy("Choose somebody of the list: this person cannot sign in.")


class ClientForm(forms.Form):
    """Name, who leads, who is on the team, and how often the business is reviewed."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, validators=[no_controls], error_messages=needed(gettext_lazy("A name is needed."))
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Account lead"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("nobody yet"),
        error_messages={"invalid_choice": NOT_HERE}, help_text=gettext_lazy("Looks after the client, and is told of early warnings."),
    )  # fmt: skip
    team = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Team"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_HERE, "invalid_pk_value": NOT_HERE},
        help_text=gettext_lazy("Account leads see the clients of their teams alone; everybody else sees every client anyway."),
    )  # fmt: skip
    cadence = forms.ChoiceField(
        label=gettext_lazy("Reviewed"), choices=Cadence.choices, help_text=gettext_lazy("The period that is scored."),
        error_messages=needed(gettext_lazy("Choose how often.")),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_work = User.objects.filter(is_active=True)
        for name in ("lead", "team"):
            field: Any = self.fields[name]
            field.queryset = at_work
            field.label_from_instance = lambda user: f"{user.name}, {user.get_role_display()}"


class AddForm(ClientForm):
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=200, required=False, validators=[no_controls],
        help_text=gettext_lazy("How the records name this client. It stays for good. Left empty, it is made of the name."),
    )  # fmt: skip
    field_order = ("name", "key", "lead", "team", "cadence")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        given["key"] = given.get("key") or slugify(given.get("name", ""))
        if given.get("name") and not given["key"]:
            self.add_error("key", _("A key is needed: the name has no letters to make one of."))
        elif given["key"] and Client.objects.filter(key=given["key"]).exists():
            self.add_error("key", _("There is a client with the key %(key)s already.") % {"key": given["key"]})
        return given
