"""Readers: a file in one of five formats becomes one table of text, with the row numbers a person sees."""

from __future__ import annotations

from pathlib import Path

from keepscore.records.mapping_model import ImportMapping
from keepscore.records.readers.content import read_bytes
from keepscore.records.readers.raw import Limits, Raw
from keepscore.records.readers.separated import read_separated


def read(path: Path, mapping: ImportMapping, limits: Limits) -> Raw:
    """The rows of a file as its mapping describes it. Raises FileRefused where they cannot be had."""
    wanted = mapping.used_columns()
    content = read_bytes(path, limits)
    return read_separated(
        content, encoding=mapping.encoding, mark=mapping.mark, names=mapping.columns, wanted=wanted, limits=limits
    )
