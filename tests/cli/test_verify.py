"""`keepscore verify`: a sentence and an exit status."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from keepscore.cli.verify_ import command

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))
import evidence_world as world


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return world.published(tmp_path_factory.mktemp("made"), terms=world.SERVICE_TIME)


def test_a_whole_bundle_is_told_in_words_and_as_json(made):
    fingerprint = made.manifest["key"]["fingerprint"]
    told = CliRunner().invoke(command, [str(made.path), "--fingerprint", fingerprint])
    assert told.exit_code == 0
    assert told.output.splitlines()[0] == f"{made.path.name} is what was published: every number was computed again and is the same."
    assert f"signed by  {fingerprint}" in told.output
    plain = CliRunner().invoke(command, [str(made.path), "--fingerprint", fingerprint, "--json"])
    assert json.loads(plain.output) == {
        "bundle": made.path.name, "verdict": "verified", "differences": [], "notes": [], "fingerprint": fingerprint}


def test_a_changed_bundle_ends_with_status_1(made, tmp_path):
    path = tmp_path / "changed.zip"
    path.write_bytes(made.path.read_bytes()[:-1] + b"x")
    told = CliRunner().invoke(command, [str(path)])
    assert told.exit_code == 1
    assert told.output.startswith("changed.zip is NOT what was published.\n  changed.zip")
    plain = CliRunner().invoke(command, [str(path), "--json"])
    assert plain.exit_code == 1
    assert json.loads(plain.output)["verdict"] == "different"
    assert CliRunner().invoke(command, [str(tmp_path / "none.zip")]).exit_code == 1
