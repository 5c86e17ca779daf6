import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keepscore.cli.import_ import command
from keepscore.records.store import RecordStore

MAPPING = """
keepscore: 1
source: desk
fields:
  reference: {column: Ticket}
  client: {column: Client}
  opened_at: {column: Opened}
  resolved_at: {column: Closed}
  priority: {column: Priority}
"""
HEAD = "Ticket,Client,Opened,Closed,Priority"
GOOD = ["T-1,marlowe,2026-03-02T09:00:00Z,2026-03-02T11:00:00Z,P1", "T-2,bo,2026-04-03T09:00:00Z,,P2"]
CONTRACT = """
keepscore: 1
client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}
versions:
  - from: 2026-01-01
    measures:
      - {key: on-time, name: Closed in time, sub_area: delivery-against-targets, kept_when: {within: 4h}, target: {at_least: 90%}}
"""


class Desk:
    """A folder with a mapping, files and a store, and the command that imports them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.mapping = folder / "desk.yaml"
        self.mapping.write_text(MAPPING)

    def file(self, *lines, name="tickets.csv", end="\n"):
        path = self.folder / name
        path.write_bytes(end.join([HEAD, *lines, ""]).encode())
        return path

    def run(self, *arguments, clients=("--any-client",)):
        given = [*map(str, arguments), "--mapping", str(self.mapping), "--store", str(self.folder / "store"), *map(str, clients)]
        return CliRunner().invoke(command, given, terminal_width=200)

    def answer(self, *arguments, **more):
        """Exit status and the last line."""
        result = self.run(*arguments, "--json", **more)
        return result.exit_code, json.loads(result.stdout.splitlines()[-1])

    def references(self):
        return sorted(RecordStore(self.folder / "store").read("records")["reference"].to_pylist())


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


def answer(verdict, records, inserted, updated, unchanged, errors=(), total=0):
    return {
        "verdict": verdict, "records": records, "inserted": inserted, "updated": updated, "unchanged": unchanged,
        "errors": list(errors), "errors_total": total,
    }  # fmt: skip


def test_a_good_file_is_loaded_and_the_same_content_again_changes_nothing(desk):
    assert desk.answer(desk.file(*GOOD)) == (0, answer("accept", 2, 2, 0, 0))
    assert desk.answer(desk.file(*reversed(GOOD), name="other.csv", end="\r\n")) == (0, answer("accept", 2, 0, 0, 2))
    assert desk.references() == ["T-1", "T-2"]


def test_a_check_judges_and_loads_nothing(desk):
    assert desk.answer(desk.file(*GOOD), "--check") == (0, answer("accept", 2, 0, 0, 0))
    assert not (desk.folder / "store").exists()


def test_one_bad_row_keeps_the_whole_file_out_and_is_named_as_a_person_counts(desk):
    status, said = desk.answer(desk.file(*GOOD, "T-3,marlowe,yesterday,,P1"))
    assert (status, said["verdict"], said["inserted"], said["errors_total"]) == (1, "reject", 0, 1)
    (error,) = said["errors"]
    assert set(error) == {"row", "column", "reason", "value", "message"}
    assert (error["row"], error["column"], error["reason"], error["value"]) == (4, "Opened", "date_format", "yesterday")
    assert not (desk.folder / "store").exists()


def test_bad_rows_are_left_out_when_a_person_says_so_and_the_batch_remembers_them(desk):
    out = desk.folder / "rejected.csv"
    status, said = desk.answer(desk.file(*GOOD, "=T-3,marlowe,=1+1,,P1"), "--leave-out-rejected", "--rejected", out)
    assert (status, said["verdict"], said["inserted"], said["errors_total"]) == (0, "accept", 2, 1)
    assert RecordStore(desk.folder / "store").batches()[0].rejected_rows == (4,)
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Ticket"], row["Client"], row["Opened"], row["keepscore row"]) == ("'=T-3", "marlowe", "'=1+1", "4")
    assert row["keepscore reason"] == "Opened: found '=1+1'; write ISO 8601, such as 2026-03-02T09:00:00+00:00 (date_format)"


def test_a_file_of_which_nothing_is_left_is_rejected(desk):
    status, said = desk.answer(desk.file("T-3,marlowe,yesterday,,P1"), "--leave-out-rejected")
    assert (status, said["verdict"]) == (1, "reject")


def test_errors_are_listed_up_to_a_hundred_and_all_counted(desk):
    status, said = desk.answer(desk.file(*(f"T-{n},marlowe,yesterday,,P1" for n in range(150))))
    assert (status, len(said["errors"]), said["errors_total"]) == (1, 100, 150)


def test_an_older_export_is_refused_unless_it_is_allowed(desk):
    newer, older = desk.file(*GOOD, name="newer.csv"), desk.file("T-1,marlowe,2026-03-02T09:00:00Z,,P1", name="older.csv")
    desk.run(newer)
    status, said = desk.answer(older)
    assert (status, said["verdict"], said["errors"][0]["reason"]) == (1, "reject", "older_export")
    assert desk.answer(older, "--allow-older") == (0, answer("accept", 1, 0, 1, 0))


def test_the_moment_of_export_may_be_stated(desk):
    desk.run(desk.file(*GOOD), "--exported-at", "2026-05-01T00:00:00Z")
    corrected = desk.file("T-1,marlowe,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,P1")
    assert desk.answer(corrected, "--exported-at", "2026-05-02T00:00:00Z") == (0, answer("accept", 1, 0, 1, 0))


def test_a_stated_completeness_by_day_is_the_end_of_that_day(desk):
    desk.run(desk.file(*GOOD), "--complete-to", "2026-04-30")
    complete = RecordStore(desk.folder / "store").tables().complete_to
    assert {source: moment.isoformat() for source, moment in complete.items()} == {"desk": "2026-05-01T00:00:00+00:00"}


def test_several_files_are_loaded_only_when_all_are_good(desk):
    good, bad = desk.file(GOOD[0], name="a.csv"), desk.file("T-9,bo,yesterday,,P1", name="b.csv")
    status, said = desk.answer(good, bad)
    assert (status, said["verdict"], said["errors_total"]) == (1, "reject", 1)
    assert said["errors"][0]["message"].startswith("b.csv: ")
    assert desk.answer(good, desk.file(GOOD[1], name="b.csv")) == (0, answer("accept", 2, 2, 0, 0))


def test_without_contracts_no_client_is_known(desk):
    result = desk.run(desk.file(*GOOD), clients=())
    assert result.exit_code == 2
    assert "--contracts" in result.stderr
    status, said = desk.answer(desk.file(*GOOD), clients=())
    assert (status, said["verdict"], said["errors"][0]["reason"]) == (1, "reject", "unknown_client")


def test_a_client_outside_the_contracts_is_an_error(desk):
    (desk.folder / "contracts").mkdir()
    (desk.folder / "contracts/marlowe.yaml").write_text(CONTRACT)
    status, said = desk.answer(desk.file(*GOOD), clients=())
    assert (status, [(error["row"], error["reason"], error["value"]) for error in said["errors"]]) == (1, [(3, "unknown_client", "bo")])
    assert desk.answer(desk.file(GOOD[0]), clients=("--contracts", desk.folder / "contracts")) == (0, answer("accept", 1, 1, 0, 0))


def test_a_file_for_one_client_holds_no_other(desk):
    status, said = desk.answer(desk.file(*GOOD), "--client", "bo")
    assert (status, [(error["row"], error["reason"]) for error in said["errors"]]) == (1, [(2, "client_scope")])


def test_a_person_reads_the_errors_grouped_by_reason(desk):
    result = desk.run(desk.file(*(f"T-{n},[red]bo,yesterday,,P1" for n in range(12)), "T-99,,2026-03-02T09:00:00Z,,P1"))
    assert result.exit_code == 1
    assert "Rejected: nothing is loaded. 13 errors." in result.stdout
    assert "date_format: 12" in result.stdout
    assert "and 2 more of this kind" in result.stdout
    assert "required: 1" in result.stdout


def test_a_person_is_told_what_was_loaded_and_that_a_file_was_seen_before(desk):
    file = desk.file(*GOOD)
    assert desk.run(file).stdout.startswith("Loaded 2 records: 2 inserted, 0 updated, 0 unchanged (batch 000001-")
    assert desk.run(file).stdout.startswith("The same content was loaded before (batch 000001-")


def test_a_faulty_mapping_is_answered_in_the_same_form(desk):
    desk.mapping.write_text(MAPPING + "colour: red\n")
    status, said = desk.answer(desk.file(*GOOD))
    assert (status, said["verdict"], said["errors_total"], said["errors"][0]["reason"]) == (1, "reject", 1, "schema")


def test_a_faulty_contract_is_answered_in_the_same_form(desk):
    (desk.folder / "contracts").mkdir()
    (desk.folder / "contracts/marlowe.yaml").write_text(CONTRACT + "colour: red\n")
    status, said = desk.answer(desk.file(*GOOD), clients=())
    assert (status, said["verdict"], said["errors_total"], said["errors"][0]["reason"]) == (1, "reject", 1, "schema")


def test_a_store_that_cannot_be_used_is_told_in_plain_words(desk):
    (desk.folder / "store").write_text("not a folder")
    result = desk.run(desk.file(*GOOD))
    assert result.exit_code == 1
    assert "cannot be used" in " ".join(result.stdout.split())
    assert "Traceback" not in result.output
