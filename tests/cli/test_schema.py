"""The published schemas, as the command prints them."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
from click.testing import CliRunner

from keepscore.cli.main import main


@pytest.mark.parametrize("what", ["contract", "mapping", "scorecard"])
def test_each_schema_is_valid_json_schema_2020_12(what: str) -> None:
    result = CliRunner().invoke(main, ["schema", what])

    assert result.exit_code == 0, result.output
    schema = json.loads(result.output)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)


def test_another_word_is_refused_with_the_three_that_are_known() -> None:
    result = CliRunner().invoke(main, ["schema", "invoice"])

    assert result.exit_code == 2
    assert "'contract', 'mapping', 'scorecard'" in result.output
