"""What people hand in on the pages of a scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.engine.results import Scorecard as Card
from keepscore.evidence.actions import LONGEST, unknown
from keepscore.scorecards.models import Action
from keepscore.scorecards.operations import Written

TOO_LONG = gettext_lazy("At most %(limit_value)d letters, not %(show_value)d.")


@dataclass(frozen=True, slots=True)
class SubAreaText:
    """A sub-area's fields as the page lays them out."""

    area: str           # "" where the area is that of the one before
    text: Any           # bound field
    edition: Any


class ActionsForm(forms.Form):
    """One text for each sub-area of the scorecard, with the edition that its writer saw."""

    def __init__(self, *args: Any, card: Card, present: Mapping[str, Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card, self.present = card, present
        self.places = [(area.name, sub) for area in card.areas for sub in area.sub_areas]
        for at, (_area, sub) in enumerate(self.places):
            action = present.get(sub.key)
            self.fields[f"text-{at}"] = forms.CharField(
                label=sub.name, required=False, max_length=LONGEST, initial=action.text if action else "",
                widget=forms.Textarea(attrs={"rows": 2}), error_messages={"max_length": TOO_LONG},
            )  # fmt: skip
            self.fields[f"edition-{at}"] = forms.IntegerField(
                min_value=0, required=False, initial=action.edition if action else 0, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        for at in range(len(self.places)):
            text = " ".join((self.cleaned_data.get(f"text-{at}") or "").split())
            self.cleaned_data[f"text-{at}"] = text
            strange = unknown(text, self.card)
            if strange:
                named = ", ".join(f"{{{name}}}" for name in strange)
                sentence = _("%(placeholder)s is not a figure of this contract. Choose one of the list.")
                self.add_error(f"text-{at}", sentence % {"placeholder": named})
        return self.cleaned_data

    def written(self) -> dict[str, Written]:
        """What was handed in, by sub-area."""
        return {
            sub.key: Written(self.cleaned_data[f"text-{at}"], self.cleaned_data.get(f"edition-{at}") or 0)
            for at, (_area, sub) in enumerate(self.places)
        }

    def show_theirs(self, theirs: Mapping[str, str], editions: Mapping[str, int]) -> None:
        """Put the other person's text beside each field that they changed; saving again then keeps this one."""
        data: Any = self.data.copy()  # type: ignore[has-type]
        for at, (_area, sub) in enumerate(self.places):
            if sub.key in theirs:
                said = theirs[sub.key] or _("nothing")
                self.add_error(f"text-{at}", _("Somebody wrote meanwhile: %(text)s") % {"text": said})
                data[f"edition-{at}"] = editions.get(sub.key, 0)
        self.data = data

    @property
    def rows(self) -> list[SubAreaText]:
        rows, before = [], None
        for at, (area, _sub) in enumerate(self.places):
            rows.append(SubAreaText("" if area == before else area, self[f"text-{at}"], self[f"edition-{at}"]))
            before = area
        return rows


class PublishForm(forms.Form):
    """The digest of what was shown, and for a correction its reason."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences. The client reads them on the scorecard and in the bundle."),
        error_messages={"required": gettext_lazy("A reason is needed.")},
    )  # fmt: skip

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason"]


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Reason for withdrawing it"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is kept with the scorecard and in the audit log."),
        error_messages={"required": gettext_lazy("A reason is needed.")},
    )  # fmt: skip
