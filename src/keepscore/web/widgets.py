"""Form fields that Django draws too slowly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import Select
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


class LongSelect(Select):
    """A select of hundreds of options, drawn at once and not by a template for each of them. Without groups."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)[:1]
        drawn = "".join(_option("" if key is None else str(key), label, chosen) for key, label in self.choices)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), mark_safe(drawn))


def _option(key: str, label: Any, chosen: Sequence[str]) -> str:
    selected = " selected" if key in chosen else ""
    return f'<option value="{conditional_escape(key)}"{selected}>{conditional_escape(label)}</option>'
