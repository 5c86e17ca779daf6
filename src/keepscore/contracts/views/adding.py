"""What a button of the form adds to a version before the draft is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from keepscore.contracts.added import add_calendar, add_function, add_measure, write_areas
from keepscore.contracts.adding_forms import AddCalendarForm, AddFunctionForm, AddMeasureForm
from keepscore.contracts.sheet import Sheet, areas_in_effect, calendar_keys, sub_areas
from keepscore.contracts.writing import ContractFile


def forms(data: QueryDict | None, sheet: Sheet, *, defaults: str = "") -> dict[str, Any]:
    """The forms by the name of their button, with - written as _."""
    file, version = sheet.file, sheet.version or 0
    functions = [(block.key, block.title) for block in sheet.blocks if block.kind == "function"]
    return {
        "add": AddMeasureForm(data, areas=sub_areas(file, version, defaults), functions=functions),
        "add_function": AddFunctionForm(data, taken={key for key, _name in functions}),
        "add_calendar": AddCalendarForm(data, taken=calendar_keys(file, version)),
        "may_write_areas": file.get(("versions", version, "scorecard", "areas")) is None,
    }


def added(request: HttpRequest, text: str, version: int, *, defaults: str) -> str:
    """The text with what was asked for; as it is where nothing was, or where it is said what is missing."""
    wanted = request.POST.get("do", "")
    if wanted == "areas":
        file = ContractFile(text)
        if file.get(("versions", version, "scorecard", "areas")) is None:
            write_areas(file, version, areas_in_effect(file, version, defaults))
        return file.text()
    make = _MAKE.get(wanted)
    if make is None:
        return text
    file = ContractFile(text)
    form: django_forms.Form = forms(request.POST, Sheet(file, version), defaults=defaults)[wanted.replace("-", "_")]
    if not form.is_valid():
        why = " ".join(str(one) for many in form.errors.values() for one in many)
        messages.error(request, _("Nothing was added: %(why)s") % {"why": why})
        return text
    make(file, version, **form.cleaned_data)
    messages.success(request, _said(wanted) % {"name": form.cleaned_data.get("name") or form.cleaned_data["key"]})
    return file.text()


def _said(wanted: str) -> str:
    return {
        "add": _("%(name)s is added at the end of the measures. Set its figures."),
        "add-function": _("%(name)s is added at the end of the functions. Set its plan."),
        "add-calendar": _("%(name)s is added at the end of the service hours. Set them."),
    }[wanted]


_MAKE: dict[str, Callable[..., Any]] = {"add": add_measure, "add-function": add_function, "add-calendar": add_calendar}
