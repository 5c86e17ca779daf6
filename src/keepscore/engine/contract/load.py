"""Load contract files: text, defaults, shape, then the checks that look across. All faults at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keepscore.engine.contract.checks import check
from keepscore.engine.contract.defaults import ORIGIN, Defaults, merged
from keepscore.engine.contract.model import Contract, ContractError, Fault
from keepscore.engine.contract.shape import read_model
from keepscore.engine.contract.text import Map, read_bytes, read_tree

DEFAULTS_NAMES = ("defaults.yaml", "defaults.yml", "defaults.json")
SUFFIXES = (".yaml", ".yml", ".json")


def loads_contract(text: str, *, name: str = "contract", defaults_text: str | None = None) -> Contract:
    """A contract from its text. Raises ContractError with every fault; `name` is what the error calls the file."""
    defaults = _defaults(ORIGIN, defaults_text) if defaults_text is not None else None
    return _contract(text, name, defaults)


def load_contract(path: str | Path, *, defaults: Path | None = None) -> Contract:
    """A contract from a YAML or JSON file, with a defaults file under it. Raises ContractError, OSError."""
    base = _defaults(str(defaults), _text(defaults)) if defaults is not None else None
    return _contract(_text(Path(path)), str(path), base)


def load_contracts(path: str | Path) -> tuple[Contract, ...]:
    """The contract of a file, or those of a folder in order of their names; its defaults.yaml is merged under each.

    Raises ContractError for the faults of every file together.
    """
    root = Path(path)
    if not root.is_dir():
        return (load_contract(root),)
    files = sorted(file for file in root.iterdir() if file.suffix in SUFFIXES and file.is_file())
    base = next((file for file in files if file.name in DEFAULTS_NAMES), None)
    defaults = _defaults(str(base), _text(base)) if base is not None else None
    contracts: list[Contract] = []
    errors: list[ContractError] = []
    with _without_collector():
        for file in files:
            if file.name in DEFAULTS_NAMES:
                continue
            try:
                contracts.append(_contract(_text(file), str(file), defaults))
            except ContractError as error:
                errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ContractErrors(str(root), errors)
    if not contracts:
        raise ContractError(str(root), (Fault(1, "", "empty", "no contract", "a folder of contracts holds .yaml or .json files"),))
    return tuple(contracts)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Trees of contracts hold no cycles, so looking for some over and over only costs time (a quarter of a large folder's)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ContractErrors(ContractError):
    """Faults in several files of a folder; `errors` has them by file."""

    def __init__(self, path: str, errors: list[ContractError]) -> None:
        super().__init__(path, tuple(fault for error in errors for fault in error.faults))
        self.errors = tuple(errors)
        self.args = ("\n".join(map(str, errors)),)


def _text(path: Path) -> str:
    text, faults = read_bytes(path.read_bytes())
    if faults:
        raise ContractError(str(path), faults)
    return text


def _defaults(name: str, text: str) -> Map:
    tree, written = read_tree(text) if text.strip() else (Map(), ())
    faults = list(written)
    if tree is not None:
        faults += read_model(Defaults, tree)[1]
    if faults or tree is None:
        raise ContractError(name, tuple(faults))
    return tree


def _contract(text: str, name: str, defaults: Map | None) -> Contract:
    tree, written = read_tree(text)
    faults = list(written)
    contract = None
    if tree is not None:
        whole = merged(tree, defaults)
        contract, shape = read_model(Contract, whole)
        faults += shape
        faults += check(contract, whole)
    if faults or contract is None:
        raise ContractError(name, tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.line)))
    return contract
