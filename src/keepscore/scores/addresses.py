"""Keys in addresses: what records and contracts name things by may hold any character, slashes and dots among them."""

from __future__ import annotations

from urllib.parse import quote, unquote

from django.urls import register_converter


class AnyKey:
    """One part of an address for a key of any characters, written with percent signs where it needs them."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value, errors="strict")

    def to_url(self, value: str) -> str:
        """Quoted once here and once more by Django, since servers undo the outer quoting before an address is looked up."""
        text = quote(str(value), safe="")
        return f"%2E{text[1:]}" if text.startswith(".") else text


register_converter(AnyKey, "anykey")
