"""The API and its OpenAPI 3.1 document, made from the operations themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from keepscore import __version__
from keepscore.api import actions, batches, clients, contracts, problems, publishing, records, refusals, scorecards, scores
from keepscore.api.refusals import Forbidden
from keepscore.engine.results_schema import scorecard_schema
from keepscore.users.access import Denied

ABOUT = "Clients, contracts, records, scores and published scorecards. Errors are application/problem+json. Lists come by cursor."
WRITES = ("post", "put", "delete")
PARAMETERS = {
    "client": "Slug of the only client.", "current": "Whether the latest scoring still says so.", "cursor": "`next` of the page before.",
    "If-Match": "ETag of what this began from, as it was read.", "key": "Key of the contract, such as main.",
    "kind": "bundle (ZIP), paper (PDF) or page (HTML).", "limit": "Rows of a page, at most 200.", "measure": "Key of the measure.",
    "name": "Name of the file; its ending says what it is.", "note": "Why; needed where a new version begins on a day that has been.",
    "number": "1, or the number of a correction.", "outcome": "What came of the records; unless said, all of them.",
    "period": "Such as 2026-Q3.", "pk": "Number of the batch.", "ref": "The period, as `ref` in lists: 2026-Q3.",
    "reference": "Of the record.", "slug": "Of the client.", "source": "Name of the source.",
}  # fmt: skip
_TEXT = {"type": "string"}
PROBLEM = {
    "type": "object", "required": ["type", "title", "status", "detail"],
    "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
}  # fmt: skip


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


def _api() -> Api:
    made = Api(title="Keepscore", version=__version__, description=ABOUT, docs_url=None, openapi_url=None, urls_namespace="api")
    for room in (clients, contracts, batches, records, scores, scorecards, actions, publishing):
        made.add_router("", room.router)
    problems.install(made)
    made.add_exception_handler(Forbidden, refusals.forbidden)
    made.add_exception_handler(Denied, refusals.denied)
    return made


api = _api()


@cache
def openapi() -> dict[str, Any]:
    """The whole document; what no single operation says is added here."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    parts = found["components"]["schemas"]
    parts["Problem"] = PROBLEM
    parts |= _scorecard()
    for name in ("ScoreFull", "DraftOut"):
        parts[name]["properties"]["scorecard"] = {"$ref": "#/components/schemas/Scorecard"}
    for path in found["paths"].values():
        for method, operation in path.items():
            _completed(operation, is_write=method in WRITES)
    return found


def _completed(operation: dict[str, Any], *, is_write: bool) -> None:
    said = {
        401: "No live token", 403: "The token may not do this", 404: "Nothing here, or nothing this token may see", 422: "Wrong values",
        429: "Too often", 503: "The record store cannot be read now",
    }  # fmt: skip
    for parameter in operation.get("parameters", ()):
        parameter["description"] = PARAMETERS[parameter["name"]]
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    if is_write:
        said |= {400: "An unreadable request", 409: "Not as things stand", 411: "The length of the body is needed", 413: "Too large"}
    if "If-Match" in parameters:
        said[428] = "If-Match is needed"
    if "cursor" in parameters:
        said[409] = "The list changed under its cursor"
    for status, text in said.items():
        operation["responses"].setdefault(
            status, {"description": text, "content": {problems.KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        )
    operation["responses"] = {str(status): answer for status, answer in sorted(operation["responses"].items())}


def _scorecard() -> dict[str, Any]:
    """The published schema of scorecard.json, its parts among those of this document."""
    whole = scorecard_schema()
    parts = whole.pop("$defs")
    whole.pop("$schema")
    named = {f"scorecard.{name}": part for name, part in parts.items()} | {"Scorecard": whole}
    found: dict[str, Any] = _renamed(named)
    return found


def _renamed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _placed(item) if key == "$ref" else _renamed(item) for key, item in node.items()}
    return [_renamed(item) for item in node] if isinstance(node, list) else node


def _placed(reference: str) -> str:
    return f"#/components/schemas/scorecard.{reference.removeprefix('#/$defs/')}"
