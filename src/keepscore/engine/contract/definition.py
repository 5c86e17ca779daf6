"""The values in effect as plain JSON, and their digest: what a scorecard was computed from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from keepscore.engine.contract.model import Contract
from keepscore.engine.remember import ByIdentity

FIRST_SURROGATE = "\ud800"


def definition_json(contract: Contract) -> dict[str, Any]:
    """Everything that applies, defaults written out, amounts as exact text. Loading it gives the same contract."""
    return contract.model_dump(mode="json", by_alias=True, exclude_none=True)


def _canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785 by the quick encoder of Python, which writes texts, whole numbers and truths the same way.

    It orders keys by code points instead of UTF-16 units: the same order below the surrogates, and there it is not asked.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() if text.isascii() or max(text) < FIRST_SURROGATE else rfc8785.dumps(value)


def _digest(contract: Contract) -> str:
    return hashlib.sha256(_canonical(definition_json(contract))).hexdigest()


_digest_of = ByIdentity(_digest)


def definition_digest(contract: Contract) -> str:
    """SHA-256, in hex, of the canonical JSON (RFC 8785) of the values in effect; remembered while the contract is in use."""
    return _digest_of(contract)
