"""Forms that begin something: a new version, a first contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.contracts.starting import STARTS
from keepscore.engine.clock.zones import zone_names


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewVersionForm(forms.Form):
    """The day from which other terms hold, and where they are written."""

    start = forms.DateField(
        label=gettext_lazy("First day of the new version"), widget=_date_input(),
        help_text=gettext_lazy("The version before it stays in force until the day before."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("Change it"), widget=forms.RadioSelect, initial="contract-form",
        choices=[("contract-form", gettext_lazy("in a form: fee, measures, plans, hours, areas and grades")),
                 ("contract-edit", gettext_lazy("as YAML text: the same, as the file holds it"))],
    )  # fmt: skip

    def __init__(self, *args: Any, taken: frozenset[date], ends: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken, self._ends = taken, ends

    def clean_start(self) -> date:
        start: date = self.cleaned_data["start"]
        if start in self._taken:
            raise forms.ValidationError(_("A version begins on this day already. Choose another day, or change that version."))
        if self._ends is not None and start > self._ends:
            raise forms.ValidationError(_("The contract ends before this day. Choose an earlier day, or prolong the contract first."))
        return start


class FirstContractForm(forms.Form):
    """What a first contract begins from."""

    start = forms.ChoiceField(label=gettext_lazy("Begin from"), widget=forms.RadioSelect, initial=STARTS[0].key)
    timezone = forms.ChoiceField(
        label=gettext_lazy("The client's time zone"), choices=[(name, name.replace("_", " ")) for name in sorted(zone_names())],
        help_text=gettext_lazy("Periods begin and end at its midnight."),
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label=gettext_lazy("Currency"), help_text=gettext_lazy("Three letters, such as GBP or EUR."),
        error_messages={"invalid": gettext_lazy("Write a currency as three letters, such as GBP.")},
    )  # fmt: skip
    first_day = forms.DateField(label=gettext_lazy("First day of the contract"), widget=_date_input())
    ends = forms.DateField(label=gettext_lazy("Last day"), widget=_date_input(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = '<span><b>{}</b> <span class="bl mid">{}</span></span>'
        self.fields["start"].choices = [(start.key, format_html(told, start.label, start.what)) for start in STARTS]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, ends = found.get("first_day"), found.get("ends")
        if first and ends and ends < first:
            self.add_error("ends", _("The last day comes after the first one."))
        return found
