"""The values in effect as plain JSON, and their digest: what a scorecard was computed from."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from keepscore.engine.contract.model import Contract


def definition_json(contract: Contract) -> dict[str, Any]:
    """Everything that applies, defaults written out, amounts as exact text. Loading it gives the same contract."""
    return contract.model_dump(mode="json", by_alias=True, exclude_none=True)


def definition_digest(contract: Contract) -> str:
    """SHA-256, in hex, of the canonical JSON (RFC 8785) of the values in effect."""
    return hashlib.sha256(rfc8785.dumps(definition_json(contract))).hexdigest()
