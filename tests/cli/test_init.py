"""A first contract by questions or flags."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from keepscore.cli.main import main
from keepscore.engine.contract import load_contract
from keepscore.engine.contract.kinds import percent_text

FLAGS = [
    "--client-key", "marlowe", "--client-name", "Marlowe: Foods #1", "--timezone", "Europe/London", "--from", "2026-01-01",
    "--function-key", "service-desk", "--function-name", "Service desk", "--days", "mon-fri", "--hours", "08:00-12:30, 13:00-18:00",
    "--measure-key", "closed", "--measure-name", "Requests closed in time", "--limit", "1h 30m", "--target", "92.5%",
]


def test_flags_alone_write_a_contract_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "new" / "contract.yaml"

    result = CliRunner().invoke(main, ["init", str(path), *FLAGS])

    assert (result.exit_code, result.output.splitlines()[0]) == (0, f"Wrote {path}. It loads as it is; open it and read the comments.")
    contract = load_contract(path)
    version = contract.versions[0]
    assert contract.client is not None
    assert (contract.client.key, contract.client.name, contract.client.timezone) == ("marlowe", "Marlowe: Foods #1", "Europe/London")
    assert version.calendars["service-hours"].hours == {"mon-fri": "08:00-12:30, 13:00-18:00"}
    assert [(f.key, f.name) for f in version.functions] == [("service-desk", "Service desk")]
    measure = version.measures[0]
    assert (measure.key, str(measure.kept_when.within["default"])) == ("closed", "1h 30m")  # type: ignore[union-attr]
    assert percent_text(measure.target.at_least.value) == "92.5%"  # type: ignore[union-attr]


def test_questions_alone_write_a_contract_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"

    result = CliRunner().invoke(main, ["init", str(path)], input="acme\nAcme Ltd\n" + "\n" * 10)

    assert result.exit_code == 0, result.output
    assert [client.key for client in load_contract(path).named_clients()] == ["acme"]


def test_a_file_that_is_there_stays_unless_force_is_said(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text("mine")

    refused = CliRunner().invoke(main, ["init", str(path), *FLAGS])
    assert (refused.exit_code, path.read_text()) == (1, "mine")
    assert "stays as it is" in refused.output

    forced = CliRunner().invoke(main, ["init", str(path), *FLAGS, "--force"])
    assert forced.exit_code == 0
    assert load_contract(path).contract == "main"


@pytest.mark.parametrize(("flag", "answer", "told"), [
    ("--timezone", "Europe/Londno", "did you mean Europe/London?"),
    ("--limit", "soon", "a duration is a number with s, m, h or d"),
    ("--target", "95", "a percent between 0% and 100%"),
    ("--hours", "17:00", "17:00"),
    ("--from", "1.1.2026", "write a day as year-month-day"),
])
def test_an_answer_that_makes_no_contract_is_told_and_nothing_is_written(tmp_path: Path, flag: str, answer: str, told: str) -> None:
    path = tmp_path / "contract.yaml"

    result = CliRunner().invoke(main, ["init", str(path), *FLAGS, flag, answer])

    assert (result.exit_code, path.exists()) == (1, False)
    assert told in result.output
