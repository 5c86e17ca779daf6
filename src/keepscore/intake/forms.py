"""What people hand in: a file, answers for rows, how far a source is complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keepscore.intake.models import Batch, Source
from keepscore.records.readers.raw import BROWSER

MEGABYTE = 1_000_000
_CELL = re.compile(r"cell-(\d{1,9})-(\d{1,3})", re.ASCII)


class UploadForm(forms.Form):
    """A file, and where it is from."""

    file = forms.FileField(
        label=_("File"), max_length=255, allow_empty_file=True, error_messages={"required": _("A file is needed.")},
        help_text=format_lazy(
            _("CSV, TSV, XLSX, JSON lines or Parquet, up to {size} MB and 1,000,000 rows."), size=BROWSER.size // MEGABYTE
        ),
    )  # fmt: skip
    source = forms.ModelChoiceField(
        label=_("Source"), queryset=Source.objects.none(), required=False, empty_label=_("Found by its columns"),
        help_text=_("The system that wrote the file. Its columns are declared once."),
    )  # fmt: skip

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources
        if not sources:
            del self.fields["source"]


class LookUpForm(forms.Form):
    """A file beside another one, whose columns are added to its rows."""

    look_up = forms.FileField(max_length=255, allow_empty_file=True, error_messages={"required": _("A file is needed.")})


class ImportForm(forms.Form):
    """Up to when the file holds everything; and whether an older export may take back what a newer one brought."""

    complete_to = forms.DateTimeField(
        label=_("Complete to"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("A day and time are needed.")},
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1", "form": "answers"}),
        help_text=_("Up to this moment the file holds every record."),
    )  # fmt: skip
    allow_older = forms.BooleanField(label=_("Import it although a newer export was imported before"), required=False)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_complete_to(self) -> datetime | None:
        found: datetime | None = self.cleaned_data["complete_to"]
        if found is not None and found > self.now:
            raise forms.ValidationError(_("A source cannot be complete to a moment that has not come yet."))
        return found


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person pressed and typed on the page of rows."""

    values: dict[str, dict[str, str]]
    cells: dict[int, dict[str, str]]
    left_out: tuple[int, ...]
    remember: bool
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.cells or self.left_out)


def read_answers(batch: Batch, data: Mapping[str, str]) -> Answers:
    """Which group was answered how, and the cells whose text is another one now. Only what the page offered is taken."""
    values: dict[str, dict[str, str]] = {}
    left_out: tuple[int, ...] = ()
    problem = ""
    if (group := _group(batch, data.get("apply", ""))) is not None:
        values, problem = _chosen(group, data.get(f"value-{data['apply']}", ""))
    elif (group := _group(batch, data.get("use", ""))) is not None and group["suggested"]:
        values = {group["field"]: {group["value"]: group["suggested"]["value"]}}
    elif (group := _group(batch, data.get("leave", ""))) is not None:
        left_out = tuple(group["every"])
    return Answers(values, _cells(batch, data), left_out, "remember" in data, problem)


def _group(batch: Batch, number: str) -> dict[str, Any] | None:
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else -1
    return batch.groups[at] if 0 <= at < len(batch.groups) else None


def _chosen(group: dict[str, Any], value: str) -> tuple[dict[str, dict[str, str]], str]:
    if value not in {option["value"] for option in group["options"]}:
        return {}, str(_("Choose what “%(found)s” stands for.") % {"found": group["value"]})
    return {group["field"]: {group["value"]: value}}, ""


def _cells(batch: Batch, data: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Of the cells that were offered, those that were changed."""
    columns = batch.preview.get("columns", [])
    offered = {item["row"]: item["cells"] for item in batch.preview.get("problems", [])}
    result: dict[int, dict[str, str]] = {}
    for name, text in data.items():
        if found := _CELL.fullmatch(name):
            row, at = int(found[1]), int(found[2])
            cells = offered.get(row, [])
            if at < len(cells) and cells[at][1] and text != cells[at][0]:
                result.setdefault(row, {})[columns[at]] = text
    return result
