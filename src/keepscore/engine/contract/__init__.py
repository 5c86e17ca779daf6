"""The contract: read from its file, checked whole, frozen."""

from keepscore.engine.contract.definition import definition_digest, definition_json
from keepscore.engine.contract.load import load_contract, load_contracts, loads_contract
from keepscore.engine.contract.model import Contract, ContractError, Fault
from keepscore.engine.contract.schema import contract_schema

__all__ = [
    "Contract", "ContractError", "Fault", "contract_schema", "definition_digest", "definition_json", "load_contract", "load_contracts",
    "loads_contract",
]
