"""What the views of this room share: which contract is meant, and addresses that keep meaning it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from keepscore.clients.models import Client
from keepscore.contracts.access import MAIN, contract_for, draft_of
from keepscore.contracts.models import Contract, Draft
from keepscore.users.roles import May

EDIT = str(May.CONTRACTS)      # the right to write a contract


def meant(request: HttpRequest, slug: str, *, may: str | None = None) -> tuple[Client, Contract | None]:
    """The contract that an address names; `?contract=` where a client has several."""
    return contract_for(request.user, slug, request.GET.get("contract"), may=may)


def key_of(contract: Contract | None) -> str:
    return contract.key if contract is not None else MAIN


def draft(request: HttpRequest, client: Client, contract: Contract | None) -> Draft | None:
    return draft_of(request.user, client, key_of(contract))


def link(name: str, client: Client, contract: Contract | None, *args: Any, **query: Any) -> str:
    """The address of a page of this contract."""
    if key_of(contract) != MAIN:
        query["contract"] = key_of(contract)
    return reverse(name, args=[client.slug, *args]) + (f"?{urlencode(query)}" if query else "")


def links(client: Client, contract: Contract | None) -> dict[str, str]:
    """The addresses that the templates of this room use."""
    names = {"page": "client-contract", "edit": "contract-edit", "discard": "contract-discard", "preview": "contract-preview",
             "new_version": "contract-new-version", "new": "contract-new", "file": "contract-file",
             "form": "contract-form"}  # fmt: skip
    return {short: link(name, client, contract) for short, name in names.items()}


def frame(request: HttpRequest, client: Client, contract: Contract | None) -> dict[str, Any]:
    """What every page of this room needs."""
    return {
        "client": client, "contract": contract, "tab_current": "client-contract", "links": links(client, contract),
        "may_edit": request.user.may(EDIT),
    }  # fmt: skip
