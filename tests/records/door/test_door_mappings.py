"""Mappings: the ready ones, the guessed ones, the published schema."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from corpus import GOOD, HEADER, MAPPING, row, text
from corpus_other import jsonl, parquet
from corpus_sheets import workbook

from keepscore.records.checks.formats import compile_form
from keepscore.records.door import check_file
from keepscore.records.mapping import guess_mapping, load_mapping, loads_mapping, mapping_schema
from keepscore.records.mapping_tree import read_tree

READY = Path(__file__).parents[3] / "examples" / "mappings"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
EXPORTS = {
    "servicenow": (
        "number,company,assignment_group,opened_at,due_date,resolved_at,priority,location,state,made_sla,reopen_count\r\n"
        "INC0010001,Marlowe Foods,Network,2026-03-02 09:00:00,,2026-03-02 10:00:00,2 - High,Leeds,Resolved,true,0\r\n"
    ),
    "zendesk": (
        '{"id": 35, "organization": "Marlowe Foods", "group": "Support", "created_at": "2026-03-02T09:00:00Z", "due_at": null,'
        ' "solved_at": "2026-03-02T10:00:00Z", "priority": "high", "status": "solved", "type": "incident", "via": "email",'
        ' "satisfaction": "good"}\n'
    ),
    "jira-service-management": (
        "Issue key,Organizations,Request Type,Created,Due date,Resolved,Priority,Status,Issue Type\r\n"
        "SUP-7,Marlowe Foods,Get help,02/Mar/26 9:00 AM,03/Mar/26,02/Mar/26 10:00 AM,High,Done,Service Request\r\n"
    ),
    "freshdesk": (
        "Ticket ID,Company Name,Group,Created time,Due by Time,Resolved time,Priority,Type,Status,Source,Resolution status,"
        "First response status\r\n91,Marlowe Foods,Support,2026-03-02 09:00:00,2026-03-03 09:00:00,2026-03-02 10:00:00,High,Incident,"
        "Closed,Email,Within SLA,Within SLA\r\n"
    ),
}


@pytest.mark.parametrize("name", [*EXPORTS])
def test_a_ready_mapping_reads_an_export_of_its_system(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(EXPORTS[name], newline="")
    checked = check_file(path, load_mapping(READY / f"{name}.yaml"), now=NOW)
    assert checked.errors == ()
    [record] = checked.tables["records"].to_pylist()
    assert (record["client"], record["priority"], record["opened_at"], record["resolved_at"]) == (
        "Marlowe Foods", "P2", datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC),
    )


def test_every_ready_mapping_is_tried_here() -> None:
    assert {path.stem for path in READY.glob("*.yaml")} == set(EXPORTS)


def test_the_published_schema_accepts_what_the_loader_accepts() -> None:
    validator = jsonschema_rs.validator_for(mapping_schema())
    texts = [MAPPING, *(path.read_text(encoding="utf-8") for path in READY.glob("*.yaml"))]
    assert [validator.is_valid(read_tree(text).value) for text in texts] == [True] * 5
    assert not validator.is_valid(read_tree(MAPPING + "colour: blue\n").value)


OPENED = [name if name != "opened" else "created_at" for name in HEADER]


@pytest.mark.parametrize(
    "content",
    [
        text([GOOD, row(id="T-2")], header=OPENED), text([GOOD], header=OPENED, mark=";"), text([GOOD], header=OPENED, mark="\t", end="\r"),
        b"\xef\xbb\xbf" + text([GOOD], header=OPENED), text([GOOD], header=OPENED).decode().encode("utf-16"),
        text([row(opened="29/2/2016 01:16", due="5/3/2016 12:00", resolved="")], header=OPENED),
        text([row(opened="1996-07-04", due="?", resolved="NULL")], header=OPENED),
        text([row(note="Café")], header=OPENED).decode().encode("latin-1"), workbook(), jsonl(dict(zip(OPENED, GOOD, strict=True))),
        parquet({name: [cell] for name, cell in zip(OPENED, GOOD, strict=True)}),
    ],
    ids=["comma", "semicolon", "tab", "mark", "UTF-16", "day first", "old", "Latin-1", "sheet", "JSON lines", "Parquet"],
)
def test_a_guessed_mapping_loads_and_reads_the_file_it_was_guessed_from(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Ticket export (3).dat"
    path.write_bytes(content)
    checked = check_file(path, loads_mapping(guess_mapping(path)), now=NOW)
    assert (checked.errors, checked.records >= 1) == ((), True)


def test_a_guess_that_cannot_tell_day_from_month_says_so(tmp_path: Path) -> None:
    from keepscore.records.mapping_guess import guess

    path = tmp_path / "export.csv"
    path.write_bytes(text([row(opened="03/04/2026 09:00", due="", resolved="")], header=OPENED))
    assert "opened_at: %d/%m/%Y %H:%M and %m/%d/%Y %H:%M both fit; say which" in guess(path)[1]


@pytest.mark.parametrize("form", ["%d/%m", "%Y", "%d/%m/%Y %M", "%d/%m/%Y %I:%M", "%d/%m/%Y %Y", "%x", "100%", "%"])
def test_a_form_that_names_no_whole_moment_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="a date format"):
        compile_form(form)
