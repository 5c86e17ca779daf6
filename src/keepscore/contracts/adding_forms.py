"""What is added to a version in its form: a measure, a function, service hours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.contracts.added import KINDS

_KEY_NEEDED = {"required": gettext_lazy("A key is needed.")}
_NAME_NEEDED = {"required": gettext_lazy("A name is needed.")}


class AddMeasureForm(forms.Form):
    """A measure of a usual kind to begin from."""

    prefix = "add"

    kind = forms.ChoiceField(label=gettext_lazy("What it says"), choices=KINDS)
    name = forms.CharField(label=gettext_lazy("Name, as it is printed"), max_length=200, error_messages=_NAME_NEEDED)
    sub_area = forms.ChoiceField(label=gettext_lazy("Sub-area"))
    function = forms.ChoiceField(label=gettext_lazy("Function"), required=False)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], functions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_area"].choices = list(areas)
        self.fields["function"].choices = [*functions, ("", gettext_lazy("all records"))]


class _KeyedForm(forms.Form):
    def __init__(self, *args: Any, taken: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = taken

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key in self._taken:
            raise forms.ValidationError(_("%(key)s is there already.") % {"key": key})
        return key


class AddFunctionForm(_KeyedForm):
    """A kind of work that the records name."""

    prefix = "add-function"

    key = forms.CharField(label=gettext_lazy("Key, as the records name it"), max_length=200, error_messages=_KEY_NEEDED)
    name = forms.CharField(label=gettext_lazy("Name, as it is printed"), max_length=300, error_messages=_NAME_NEEDED)


class AddCalendarForm(_KeyedForm):
    """Service hours under a key; they begin with the hours of an office."""

    prefix = "add-calendar"

    key = forms.CharField(label=gettext_lazy("Key of the service hours, such as office"), max_length=200, error_messages=_KEY_NEEDED)
