"""Mappings from what a person chose in a form, and back; what a form does not ask is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from corpus import HEADER, MAPPING, row, text
from corpus_mappings import cases
from test_door_checking import check

from keepscore.records.checks.errors import FileRefused
from keepscore.records.mapping import (
    Choices,
    Further,
    MappingError,
    choices_of,
    guess_columns,
    loads_mapping,
    mapping_from_choices,
    mapping_text,
)  # fmt: skip
from keepscore.records.mapping_columns import ColumnSample
from keepscore.records.readers.raw import Limits

CHOICES = Choices(
    source="Service desk", delimiter=";", timezone="Europe/London", dates=("%d/%m/%Y %H:%M",), decimal=",", blanks=("?", "NULL"),
    columns={"reference": "id", "opened_at": "opened", "priority": ""}, constants={"client": "marlowe", "reference": "unused"},
    further=(Further("note", "note"), Further("cost", "Cost: €", "number")),
)  # fmt: skip
RICH = """\
keepscore: 1
source: desk
format: tsv
earliest: 1999-01-01
rows: event
latest_by: [at, seq]
join: {file: sites.csv, on: site}
fields:
  reference: {columns: [year, number], join: /}
  client: {column: client, values: {M: marlowe, "": northgate}, replace: {a: b}}
  opened_at: {column: opened, format: ["%d.%m.%Y", iso], blanks: ["-"]}
  resolved_at: {first_of: [closed, solved]}
  in_scope: {constant: "yes"}
  kind: {column: type, type: text}
pauses: {state: state, at: at, states: {waiting: client}}
"""


def test_choices_become_a_mapping_that_reads_them(tmp_path: Path) -> None:
    mapping = loads_mapping(mapping_from_choices(CHOICES))
    assert (mapping.source, mapping.mark, mapping.timezone, mapping.decimal, mapping.blanks) == (
        "Service desk", ";", "Europe/London", ",", ("?", "NULL"),
    )  # fmt: skip
    assert {name: rule.column or rule.constant for name, rule in mapping.fields.items()} == {
        "reference": "id", "client": "marlowe", "opened_at": "opened", "note": "note", "cost": "Cost: €",
    }  # fmt: skip
    assert mapping.extra == {"note": "text", "cost": "number"}


def test_the_choices_of_a_mapping_give_the_same_mapping_again() -> None:
    mapping = loads_mapping(mapping_from_choices(CHOICES))
    assert loads_mapping(mapping_from_choices(choices_of(mapping))) == mapping


def test_what_a_form_does_not_show_is_kept() -> None:
    mapping = loads_mapping(RICH)
    choices = choices_of(mapping)
    assert (choices.columns, choices.constants, choices.kept) == (
        {"client": "client", "opened_at": "opened"}, {"in_scope": "yes"}, ("reference", "resolved_at"),
    )  # fmt: skip
    assert loads_mapping(mapping_from_choices(choices, base=mapping)) == mapping
    other = loads_mapping(mapping_from_choices(replace(choices, columns={"client": "customer", "opened_at": "opened"}), base=mapping))
    assert other.fields["client"] == mapping.fields["client"].model_copy(update={"column": "customer"})


def test_a_column_chosen_for_a_field_that_was_joined_replaces_the_join() -> None:
    mapping = loads_mapping(RICH)
    choices = replace(choices_of(mapping), columns={**choices_of(mapping).columns, "reference": "ticket"})
    assert loads_mapping(mapping_from_choices(choices, base=mapping)).fields["reference"].origins == ("ticket",)


def test_a_field_that_is_no_longer_chosen_is_no_longer_read() -> None:
    mapping = loads_mapping(MAPPING)
    choices = replace(choices_of(mapping), further=())
    assert "note" not in loads_mapping(mapping_from_choices(choices, base=mapping)).fields


@pytest.mark.parametrize("source", [MAPPING, RICH, *sorted({case.mapping for case in cases() if not case.errors})])
def test_every_mapping_is_written_as_a_text_that_gives_it_again(source: str) -> None:
    mapping = loads_mapping(source)
    assert loads_mapping(mapping_text(mapping)) == mapping


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (replace(CHOICES, columns={"reference": "id"}), "opened_at"),
        (replace(CHOICES, source=""), "source"),
        (replace(CHOICES, timezone="Mars"), "timezone"),
        (replace(CHOICES, table="tickets"), "table"),
        (replace(CHOICES, dates=("soon",)), "dates"),
        (replace(CHOICES, further=(Further("Note!", "note"),)), "Note!"),
        (replace(CHOICES, delimiter="ab"), "delimiter"),
        (replace(CHOICES, further=(Further("note", "note", "colour"),)), "type"),  # type: ignore[arg-type]
    ],
)
def test_choices_that_make_no_mapping_say_what_is_wrong(choices: Choices, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        mapping_from_choices(choices)


@pytest.mark.parametrize("word", ["a: b", "- x", "#1", "*a", "&a", "!tag", "yes", "1", "Ö «x»", "'q'", '"', "a\\b", "{", "null", "x" * 200])
def test_any_text_a_person_types_stays_text(word: str) -> None:
    choices = replace(CHOICES, source=word, columns={"reference": word, "opened_at": "opened"}, blanks=(word,))
    mapping = loads_mapping(mapping_from_choices(choices))
    assert (mapping.source, mapping.fields["reference"].column, mapping.blanks) == (word, word, (word,))


def test_a_guess_shows_every_column_with_its_first_values_and_the_field_it_may_be(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(text([row(note=""), row(id="T-2", note=" "), *[row(id=f"T-{at}", note=f"n{at}") for at in range(3, 8)]], mark=";"))
    found = guess_columns(path)
    assert (found.format, found.encoding, found.delimiter, len(found.columns)) == ("csv", "utf-8", ";", len(HEADER))
    assert found.columns[0] == ColumnSample("id", ("T-1", "T-2", "T-3"), "reference")
    assert found.columns[-1] == ColumnSample("note", ("n3", "n4", "n5"), None)
    loads_mapping(found.text)


def test_a_guess_at_a_file_too_large_for_the_browser_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(text([row()]))
    with pytest.raises(FileRefused):
        guess_columns(path, limits=Limits(size=10))


def test_choices_made_from_a_guess_import_the_file(tmp_path: Path) -> None:
    content = text([row()])
    (tmp_path / "export").write_bytes(content)
    found = guess_columns(tmp_path / "export")
    base = loads_mapping(found.text)
    chosen = mapping_from_choices(replace(choices_of(base), timezone="Europe/London"), base=base)
    assert check(tmp_path, content, chosen).accepted
