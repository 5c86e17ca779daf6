"""The OpenAPI document, and the whole API tried with what its document allows and forbids."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from keepscore.api import auth
from keepscore.api.document import openapi
from keepscore.engine.results_schema import scorecard_schema
from keepscore.intake import operations as intake
from keepscore.intake.files import Kept
from tests.world import NOW, World


def test_the_document_is_openapi_3_1_and_every_part_it_names_is_there() -> None:
    document = openapi()
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    parts = set(document["components"]["schemas"])

    def named(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"].removeprefix("#/components/schemas/")} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(named, node.values()))
        return set().union(*map(named, node)) if isinstance(node, list) else set()

    assert named(document) <= parts
    for part in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**part, "$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_every_operation_says_its_scope_its_summary_and_its_refusals() -> None:
    names = []
    for methods in openapi()["paths"].values():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["x-scope"] in ("read", "import", "contracts", "publish")
            assert operation["summary"][0].isupper()
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"])
            assert operation["security"]
    assert len(names) == len(set(names))


def test_a_score_holds_the_published_scorecard() -> None:
    parts = openapi()["components"]["schemas"]
    assert parts["ScoreFull"]["properties"]["scorecard"] == {"$ref": "#/components/schemas/Scorecard"}
    assert parts["Scorecard"]["$ref"] == "#/components/schemas/scorecard.Scorecard"
    assert parts["scorecard.Scorecard"]["required"] == scorecard_schema()["$defs"]["Scorecard"]["required"]


ONE = settings(
    max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
THERE = {
    "slug": ["acme", "birch", "none"], "ref": ["2026-Q3", "2026-Q4", "none"], "number": [1, 2], "pk": [1, 2], "key": ["main", "none"],
    "source": ["desk", "none"], "reference": ["A-0001", "A-0002", "a/b c"], "client": ["acme", "none"], "measure": ["on-time", "none"],
}  # fmt: skip


def pointed() -> dict[str, Any]:
    """The document with values that lead somewhere, so that more than the doors are tried."""
    document = copy.deepcopy(openapi())
    for methods in document["paths"].values():
        for operation in methods.values():
            for item in operation.get("parameters", ()):
                if item["name"] in THERE:
                    item["schema"] = {"enum": THERE[item["name"]]}
    return document


SCHEMA = schemathesis.openapi.from_dict(pointed())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def everywhere(
    world: World, secret_of: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, own_store: Path, own_requests: None
) -> dict[str, str]:
    """A token for everything, on files that nobody else uses."""
    for name in ("uploads", "shelf", "keys"):
        (tmp_path / name).mkdir()
    settings.FOLDERS = dataclasses.replace(settings.FOLDERS, **{name: tmp_path / name for name in ("uploads", "shelf", "keys")})
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(auth, "LIMIT", 10**9)
    (tmp_path / "uploads/x").mkdir()
    (tmp_path / "uploads/x/desk.csv").write_text("number,client\nA-1,acme\n")
    kept = Kept("desk.csv", "x/desk.csv", 24, "0" * 64)
    batch = intake.receive(kept=kept, by=world.lee, at=NOW)
    intake.check(pk=batch.pk, now=NOW)
    return {"authorization": f"Bearer {secret_of(world.lee, 'read', 'import', 'contracts', 'publish')}"}


@SCHEMA.parametrize()
@ONE
def test_no_request_makes_the_server_fail(case: Any, everywhere: dict[str, str]) -> None:
    case.operation.app = APP
    response = case.call(headers=everywhere)
    case.validate_response(response, checks=CHECKS)


APP = get_wsgi_application()
