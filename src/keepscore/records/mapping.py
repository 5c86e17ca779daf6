"""The mapping file of one source: load it, guess a first one, publish its schema."""

from keepscore.records.mapping_choices import Choices, Further, choices_of, mapping_from_choices, mapping_text
from keepscore.records.mapping_columns import guess_columns
from keepscore.records.mapping_file import load_mapping, loads_mapping, mapping_schema
from keepscore.records.mapping_guess import guess_mapping
from keepscore.records.mapping_model import ImportMapping, MappingError

__all__ = [
    "Choices", "Further", "ImportMapping", "MappingError", "choices_of", "guess_columns", "guess_mapping", "load_mapping", "loads_mapping",
    "mapping_from_choices", "mapping_schema", "mapping_text",
]  # fmt: skip
