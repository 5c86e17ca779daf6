"""keepscore map: a first mapping, and what to check in it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from keepscore.cli.map_ import command
from keepscore.records.mapping import load_mapping

EXPORT = "Number;Customer;Opened;Resolved\r\nT-1;Marlowe;29/02/2016 01:16;?\r\n"


def test_map_writes_a_mapping_that_loads_and_never_over_a_file(tmp_path: Path) -> None:
    export, out = tmp_path / "export.csv", tmp_path / "mapping.yaml"
    export.write_text(EXPORT, newline="")
    first = CliRunner().invoke(command, [str(export), "--out", str(out)])
    mapping = load_mapping(out)
    assert (first.exit_code, mapping.mark, mapping.blanks, mapping.fields["opened_at"].format) == (0, ";", ("?",), ("%d/%m/%Y %H:%M",))
    assert "timezone: moments have no offset" in first.stderr
    second = CliRunner().invoke(command, [str(export), "--out", str(out)])
    assert (second.exit_code, "is there already" in second.stderr) == (1, True)


def test_map_prints_the_mapping_alone_to_the_terminal(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, newline="")
    printed = CliRunner().invoke(command, [str(export)])
    assert printed.stdout.splitlines()[:3] == ["keepscore: 1", "source: export", "format: csv"]


def test_map_says_what_a_file_is_that_no_mapping_can_read(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(b"%PDF-1.7")
    refused = CliRunner().invoke(command, [str(export)])
    assert (refused.exit_code, "found a PDF" in refused.stderr) == (1, True)
