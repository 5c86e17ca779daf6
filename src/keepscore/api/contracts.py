"""Contracts: the text of the file, the terms it means, and saving a new text."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Header, Router, Status
from pydantic import Field

from keepscore.api.auth import actor_in, scoped
from keepscore.api.problems import Refused
from keepscore.api.schemas import CheckedOut, ContractFull, ContractOut
from keepscore.clients.access import client_for
from keepscore.contracts import operations
from keepscore.contracts.access import contract_for
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import ContractError, definition_digest, definition_json
from keepscore.engine.contract.text import read_bytes
from keepscore.users.roles import May
from keepscore.web import clock

router = Router(tags=["Contracts"])
YAML_BODY = {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}
Note = Annotated[str, Field(max_length=300)]
IfMatch = Annotated[str | None, Header(alias="If-Match")]


@router.get("/clients/{slug}/contracts", response=list[ContractOut], summary="List a client's contracts", **scoped("read"))
def list_contracts(request: HttpRequest, slug: str) -> list[ContractOut]:
    client = client_for(actor_in(request), slug)
    return [ContractOut(**_contract(contract, client.slug)) for contract in client.contracts.defer("text").order_by("key")]


@router.get("/clients/{slug}/contracts/{path:key}", response=ContractFull, summary="Read a contract", **scoped("read"))
def read_contract(request: HttpRequest, slug: str, key: str, response: HttpResponse) -> ContractFull:
    client, contract = contract_for(actor_in(request), slug, key)
    if contract is None:
        raise Http404
    return _full(contract, client.slug, response)


@router.put(
    "/clients/{slug}/contracts/{path:key}", response={200: ContractFull, 201: ContractFull}, summary="Save a contract",
    **scoped("contracts", requestBody=YAML_BODY),
)  # fmt: skip
def save_contract(
    request: HttpRequest, slug: str, key: str, response: HttpResponse, note: Note = "", if_match: IfMatch = None
) -> Any:
    """The first text makes the contract. A later one says by If-Match which one it began from."""
    actor = actor_in(request, may=May.CONTRACTS)
    client = client_for(actor, slug)
    present = client.contracts.filter(key=key).first()
    contract = operations.save_contract(
        client=client, text=_text(request), by=actor, at=clock.now(), today=clock.today(), note=note, key=key, **_began(present, if_match),
    )  # fmt: skip
    return Status(200 if present else 201, _full(contract, client.slug, response))


@router.post(
    "/contracts/check", response=CheckedOut, summary="Check a contract without saving it", **scoped("contracts", requestBody=YAML_BODY)
)
def check_contract(request: HttpRequest, client: Annotated[str, Field(max_length=220)], note: Note = "") -> CheckedOut:
    """Answers what saving it would: 422 with every fault and its line, 409 where something is locked."""
    actor = actor_in(request, may=May.CONTRACTS)
    agreed = operations.check(client=client_for(actor, client), text=_text(request), today=clock.today(), note=note)
    return CheckedOut(key=agreed.contract, digest=definition_digest(agreed), versions=[version.from_ for version in agreed.versions])


def _text(request: HttpRequest) -> str:
    text, faults = read_bytes(request.body)
    if faults:
        raise ContractError("contract", faults)
    return text


def _began(present: Contract | None, if_match: str | None) -> dict[str, Any]:
    """What the operation is told of the text that this one began from."""
    if present is None:
        if if_match is not None:
            raise operations.ChangedMeanwhile
        return {"revision": 0}
    if if_match is None:
        raise Refused(428, "Say by If-Match which text this one began from: the ETag of the contract as you read it.")
    number, _, digest = if_match.strip().removeprefix("W/").strip('"').partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise operations.ChangedMeanwhile
    return {"revision": int(number), "base": digest}


def _full(contract: Contract, slug: str, response: HttpResponse) -> ContractFull:
    values = _contract(contract, slug)
    response["ETag"] = f'"{values["revision"]}-{contract.digest}"'
    return ContractFull(**values, text=contract.text, terms=definition_json(loads_contract(contract.text, name="contract")))


def _contract(contract: Contract, slug: str) -> dict[str, Any]:
    same = {name: getattr(contract, name) for name in ("key", "digest", "ends", "notice", "saved_at")}
    return same | {"client": slug, "revision": contract.revisions.count()}
