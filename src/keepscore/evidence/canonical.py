"""One text for one value, so that a digest means one thing.

Data is written as canonical JSON (RFC 8785). That form holds integers only up to 2**53 - 1; larger ones are
written as text, which `decode` reads back as integers.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import rfc8785

from keepscore.engine.results import to_json

LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """A file that should hold canonical JSON and does not."""


def canonical(value: Any) -> bytes:
    """Canonical JSON of plain types or of result dataclasses; equal values give equal bytes."""
    return rfc8785.dumps(_large_as_text(to_json(value)))


def read(data: bytes, *, name: str) -> Any:
    """The value of a canonical JSON file; any other spelling of the same value is refused."""
    try:
        value = json.loads(data)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"{name} is not JSON: {error}") from None
    if not same:
        raise NotCanonical(f"{name} is JSON, but not in canonical form (RFC 8785)")
    return value


def readable(value: Any) -> bytes:
    """The same JSON for a person: indented, in the order given, one line end."""
    return (json.dumps(to_json(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def digest(data: bytes) -> str:
    """SHA-256 of some bytes, as 64 hexadecimal digits."""
    return sha256(data).hexdigest()


def _large_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _large_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_large_as_text(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return str(value)
    return value
