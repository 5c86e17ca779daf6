"""Reading a contract's text with the vendor's defaults under it: the one way in which this program reads a text that it keeps."""

from __future__ import annotations

from keepscore.clients.settings import defaults_text
from keepscore.engine import contract as engine


def loads_contract(text: str, *, name: str = "contract", defaults: str | None = None) -> engine.Contract:
    """The contract of a text. Who reads many asks `defaults_text` once and hands it in. Raises engine ContractError."""
    return engine.loads_contract(text, name=name, defaults_text=defaults_text() if defaults is None else defaults)
