"""The tutorial's files and commands do what docs/tutorial.md says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from keepscore.cli.main import main

ROOT = Path(__file__).parents[2]
SCORED = ("--records", "tickets.csv", "--mapping", "mapping.yaml", "--period", "2026-Q3", "--as-of", "2026-10-01")


def test_the_tutorial_prints_the_files_that_are_in_the_examples() -> None:
    text = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    for path in (ROOT / "examples/first-scorecard").iterdir():
        assert path.read_text(encoding="utf-8") in text, path.name


def test_each_command_of_the_tutorial_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples/first-scorecard", tmp_path, dirs_exist_ok=True)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contract.yaml").rename(tmp_path / "contracts/acme.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEEPSCORE_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("KEEPSCORE_STORE", raising=False)
    commands = (
        ("map", "tickets.csv"),
        ("score", "contracts", *SCORED, "--formats", "json"),
        ("explain", "acme", "on-time", *SCORED),
        ("import", "tickets.csv", "--mapping", "mapping.yaml", "--complete-to", "2026-09-30"),
        ("publish", "acme", "--period", "2026-Q3", "--as-of", "2026-10-01"),
        ("verify", "published/acme/acme-2026-Q3-1.keepscore.zip"),
    )
    said = {}
    for command in commands:
        result = CliRunner().invoke(main, command, catch_exceptions=False)
        assert result.exit_code == 0, (command, result.output)
        said[command[0]] = result.output
    assert "score             4.4 (35/8)" in said["explain"]
    assert "Loaded 4 records: 4 inserted" in said["import"]
    assert "is what was published" in said["verify"]
