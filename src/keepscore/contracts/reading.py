"""Reading a contract's text with the vendor's defaults under it: the one way in which this program reads a text that it keeps."""

from __future__ import annotations

from functools import lru_cache

from keepscore.clients.settings import defaults_text
from keepscore.engine import contract as engine


def loads_contract(text: str, *, name: str = "contract", defaults: str | None = None) -> engine.Contract:
    """The contract of a text. Who reads many asks `defaults_text` once and hands it in. Raises engine ContractError."""
    return _loads(text, name, defaults_text() if defaults is None else defaults)


@lru_cache(maxsize=64)      # a contract is read by every page of its client, and never changes once it is read
def _loads(text: str, name: str, defaults: str) -> engine.Contract:
    return engine.loads_contract(text, name=name, defaults_text=defaults)
