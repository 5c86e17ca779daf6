"""The mapping file: which column is which field, and how its values are written. At import nothing is guessed."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from keepscore.engine.contract.model import Fault
from keepscore.engine.tables import ColumnType
from keepscore.records.checks.formats import compile_form
from keepscore.records.mapping_kinds import KINDS, REQUIRED, Kind, TableName

ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7",
    "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "windows-1257", "cp437", "cp850", "cp852", "mac-roman", "koi8-r", "shift_jis", "cp932", "euc-jp", "gb18030",
    "gbk", "big5", "euc-kr",
)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _mark(value: Any) -> Any:
    return {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(value, value) if isinstance(value, str) else value


class Part(BaseModel):
    """Every part of a mapping is frozen and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


ColumnName = Annotated[str, Field(min_length=1, max_length=300)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])]


def _known_forms(value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        compile_form(text)
    return value


def _known_zone(value: str | None) -> str | None:
    from keepscore.engine.clock.zones import zone  # read only when a mapping names one

    if value is not None:
        try:
            zone(value)
        except (ValueError, LookupError, OSError) as error:
            raise ValueError("a zone is a name such as Europe/London or UTC") from error
    return value


class FieldRule(Part):
    """Where one field comes from: exactly one of column, columns (joined), first_of (the first that is not blank), constant."""

    column: ColumnName | None = None
    columns: Annotated[tuple[ColumnName, ...], Field(min_length=1)] | None = None
    join: Annotated[str, Field(max_length=10)] = "-"
    first_of: Annotated[tuple[ColumnName, ...], Field(min_length=1)] | None = None
    constant: str | None = None
    replace: dict[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]] | None = None   # others stay as they are
    values: dict[str, str] | None = None                            # others are errors
    format: Texts = ()
    timezone: str | None = None
    blanks: Texts = ()
    default: Annotated[str, Field(min_length=1)] | None = None      # what a blank stands for
    type: ColumnType | None = None

    _forms = field_validator("format")(_known_forms)
    _zone = field_validator("timezone")(_known_zone)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(x is not None for x in (self.column, self.columns, self.first_of, self.constant)) != 1:
            raise ValueError("a field has exactly one of column, columns, first_of, constant")
        return self

    @property
    def origins(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,) if self.column is not None else self.columns or self.first_of or ()


def _rule(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Join(Part):
    """A look-up file beside the imported one; its columns become usable. `on` names the shared column, or {here: there}."""

    file: Annotated[str, Field(min_length=1, max_length=300)]
    on: dict[ColumnName, ColumnName]
    columns: tuple[ColumnName, ...] | None = None
    delimiter: Annotated[str | None, BeforeValidator(_mark)] = None
    encoding: str | None = None

    @field_validator("on", mode="before", json_schema_input_type=str | dict[str, str])
    @classmethod
    def _one_name(cls, value: Any) -> Any:
        return {value: value} if isinstance(value, str) else value

    @field_validator("file")
    @classmethod
    def _beside(cls, value: str) -> str:
        if "/" in value or "\\" in value or value.startswith("."):
            raise ValueError("a joined file is named without a folder and lies beside the imported one")
        return value

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if len(self.on) != 1:
            raise ValueError("on names one column, or {column here: column there}")
        return self


class PauseRule(Part):
    """States of an event log that pause the service time: from that event until the record's next event."""

    state: ColumnName
    at: ColumnName
    states: Annotated[dict[str, Literal["vendor", "client", "third party"]], Field(min_length=1)]
    format: Texts = ()
    timezone: str | None = None

    _forms = field_validator("format")(_known_forms)
    _zone = field_validator("timezone")(_known_zone)


class ImportMapping(Part):
    """One mapping per source; see the published schema (`keepscore schema mapping`)."""

    keepscore: Literal["1"]
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
    table: TableName = "records"
    format: Literal["csv", "tsv", "xlsx", "jsonl", "parquet"] = "csv"
    encoding: str = "utf-8"
    delimiter: Annotated[str | None, BeforeValidator(_mark)] = None
    columns: tuple[ColumnName, ...] | None = None
    timezone: str | None = None
    dates: Texts = ()
    decimal: Literal[".", ","] = "."
    blanks: Texts = ()
    earliest: date = date(2000, 1, 1)
    latest: date = date(2100, 12, 31)
    rows: Literal["record", "event"] = "record"
    latest_by: Texts = ()
    join: Annotated[tuple[Join, ...], BeforeValidator(_several, json_schema_input_type=Join | tuple[Join, ...])] = ()
    fields: dict[str, Annotated[FieldRule, BeforeValidator(_rule, json_schema_input_type=str | FieldRule)]]
    pauses: PauseRule | None = None

    _forms = field_validator("dates")(_known_forms)
    _zone = field_validator("timezone")(_known_zone)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        names = {codecs.lookup(name).name for name in ENCODINGS}
        try:
            known = codecs.lookup(value).name in names
        except LookupError:
            known = False
        if not known:
            raise ValueError(f"an encoding is one of {', '.join(ENCODINGS)}")
        return value

    @field_validator("delimiter")
    @classmethod
    def _one_mark(cls, value: str | None) -> str | None:
        if value is not None and (len(value) != 1 or not value.isascii() or value in '"\r\n' or value.isalnum()):
            raise ValueError("a delimiter is one character such as , ; | or tab")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kinds = KINDS[self.table]
        missing = [name for name in REQUIRED[self.table] if name not in self.fields]
        if missing:
            raise ValueError(f"fields also needs {', '.join(missing)} for the table {self.table}")
        for name, rule in self.fields.items():
            _field_fits(name, rule, kinds, self.table)
        if self.rows == "event" and not self.latest_by:
            raise ValueError("rows: event needs latest_by, the columns that say which event is the last")
        if self.rows == "record" and (self.latest_by or self.pauses):
            raise ValueError("latest_by and pauses belong to rows: event")
        if self.rows == "event" and self.table != "records":
            raise ValueError("rows: event belongs to the table records")
        return self

    @property
    def mark(self) -> str:
        """The delimiter in effect."""
        return self.delimiter or ("\t" if self.format == "tsv" else ",")

    def kind(self, name: str) -> Kind:
        """What a field holds."""
        rule = self.fields[name]
        return KINDS[self.table].get(name) or rule.type or "text"

    @property
    def extra(self) -> Mapping[str, ColumnType]:
        """Further columns with their types, in the order of the file."""
        return {name: rule.type or "text" for name, rule in self.fields.items() if name not in KINDS[self.table]}

    def used_columns(self) -> tuple[str, ...]:
        """Every column the import reads, each once."""
        names = [name for rule in self.fields.values() for name in rule.origins]
        names += [*self.latest_by, *([self.pauses.state, self.pauses.at] if self.pauses else ())]
        names += [next(iter(join.on)) for join in self.join]
        return tuple(dict.fromkeys(names))


def _field_fits(name: str, rule: FieldRule, kinds: Mapping[str, Kind], table: str) -> None:
    if name in kinds:
        if rule.type is not None:
            raise ValueError(f"{name} has its own type; type belongs to further columns")
        return
    if table != "records":
        raise ValueError(f"{name} is not a field of {table}; it has {', '.join(kinds)}")
    if name == "source" or not name.isascii() or not name.isidentifier() or name != name.lower() or len(name) > 60:
        raise ValueError(f"the further column {name} needs another name: small letters, digits and _, not source")


class MappingError(ValueError):
    """A mapping file with faults, all of them."""

    def __init__(self, path: str, faults: tuple[Fault, ...]) -> None:
        self.path, self.faults = path, faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
