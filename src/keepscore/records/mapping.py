"""The mapping file of one source: load it, guess a first one, publish its schema."""

from keepscore.records.mapping_file import load_mapping, loads_mapping, mapping_schema
from keepscore.records.mapping_guess import guess_mapping
from keepscore.records.mapping_model import ImportMapping, MappingError

__all__ = ["ImportMapping", "MappingError", "guess_mapping", "load_mapping", "loads_mapping", "mapping_schema"]
