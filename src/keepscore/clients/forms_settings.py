"""The form of what holds for the whole vendor."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.clients.models import Cadence, VendorSettings
from keepscore.clients.vendor import GRADES, Area, Terms, terms_of
from keepscore.users.forms import needed, no_controls

NAMED = needed(gettext_lazy("A name is needed."))
BETWEEN = gettext_lazy("A number between 1 and 5 is needed, such as 3.5.")


class SettingsForm(forms.Form):
    """Fields `area-0`, `sub-0-1` and `grade-A` are made for what the defaults name."""

    vendor = forms.CharField(
        label=gettext_lazy("Name of the vendor"), max_length=200, required=False, validators=[no_controls],
        help_text=gettext_lazy("As it is printed on scorecards, where a contract names none."),
    )  # fmt: skip
    coverage = forms.DecimalField(
        label=gettext_lazy("Least coverage for a score, in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=gettext_lazy("The share of the weight that must have data."),
        error_messages=needed(gettext_lazy("A percent is needed.")),
    )  # fmt: skip
    records = forms.IntegerField(
        label=gettext_lazy("Least records for a grade"), min_value=0, max_value=1_000_000,
        help_text=gettext_lazy("With fewer the scorecard says: too few records to grade."),
        error_messages=needed(gettext_lazy("A number of records is needed.")),
    )  # fmt: skip
    cadence = forms.ChoiceField(label=gettext_lazy("A client that is added is reviewed"), choices=Cadence.choices)
    keep_files_days = forms.IntegerField(
        label=gettext_lazy("Days to keep uploaded files and lists of rejected rows"), min_value=1, max_value=36_500, required=False,
        help_text=gettext_lazy(
            "Empty: for good. Records, scores, published scorecards and the audit log are kept for good in any case."
        ),
    )  # fmt: skip
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, saved: VendorSettings, **kwargs: Any) -> None:
        self.terms = terms_of(saved.defaults)
        initial = {
            "vendor": self.terms.vendor, "coverage": self.terms.coverage, "records": self.terms.records, "cadence": saved.cadence,
            "keep_files_days": saved.keep_files_days, "edition": saved.edition,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        for at, area in enumerate(self.terms.areas):
            self.fields[f"area-{at}"] = _name(_("Area %(n)s") % {"n": at + 1}, area.name)
            for under, (_key, name) in enumerate(area.sub_areas):
                self.fields[f"sub-{at}-{under}"] = _name(_("Sub-area %(n)s") % {"n": f"{at + 1}.{under + 1}"}, name)
        for letter in GRADES:
            self.fields[f"grade-{letter}"] = forms.DecimalField(
                label=_("Lowest score for %(letter)s") % {"letter": letter}, min_value=1, max_value=5, max_digits=3, decimal_places=2,
                initial=self.terms.grades[letter],
                error_messages={"required": BETWEEN, "invalid": BETWEEN, "min_value": BETWEEN, "max_value": BETWEEN},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for better, worse in pairwise(GRADES):
            high, low = given.get(f"grade-{better}"), given.get(f"grade-{worse}")
            if high is not None and low is not None and not low < high:
                self.add_error(f"grade-{worse}", _("%(worse)s must begin below %(better)s.") % {"worse": worse, "better": better})
        if given.get("grade-D") is not None and given["grade-D"] <= Decimal(1):
            self.add_error("grade-D", _("D must begin above 1, where F begins."))
        return given

    def wanted(self) -> Terms:
        """The terms that were handed in."""
        given = self.cleaned_data

        def sub_areas(at: int, area: Area) -> tuple[tuple[str, str], ...]:
            return tuple((key, given[f"sub-{at}-{under}"]) for under, (key, _name) in enumerate(area.sub_areas))

        areas = tuple(Area(area.key, given[f"area-{at}"], sub_areas(at, area)) for at, area in enumerate(self.terms.areas))
        grades = {letter: given[f"grade-{letter}"] for letter in GRADES}
        return Terms(given["vendor"], areas, grades, given["coverage"], given["records"])

    @property
    def areas(self) -> list[tuple[Any, list[Any]]]:
        return [
            (self[f"area-{at}"], [self[f"sub-{at}-{under}"] for under in range(len(area.sub_areas))])
            for at, area in enumerate(self.terms.areas)
        ]

    @property
    def grades(self) -> list[Any]:
        return [self[f"grade-{letter}"] for letter in GRADES]


def _name(label: str, initial: str) -> forms.CharField:
    return forms.CharField(label=label, initial=initial, max_length=200, validators=[no_controls], error_messages=NAMED)
