"""What several commands share: moments from the command line, file names, where the store is."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keepscore.engine.contract.model import Contract
    from keepscore.engine.tables import Tables
    from keepscore.records.door import Known

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


class MomentOrDay(click.ParamType[datetime | date]):
    """2026-10-13 (the end of that day at the client) or 2026-10-13T08:12:00Z."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime | date:
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            if len(text) == 10:
                return date.fromisoformat(text)
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is not a moment; write 2026-10-13 or 2026-10-13T08:12:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{text!r} has no time zone; add Z or an offset such as +01:00", param, ctx)
        return moment.astimezone(UTC)


MOMENT = MomentOrDay()


def now() -> datetime:
    """The moment at which a command runs; only the command line asks the clock."""
    return datetime.now(tz=UTC).replace(microsecond=0)


def default_store() -> Path:
    """KEEPSCORE_STORE, else ./store."""
    return Path(os.environ.get("KEEPSCORE_STORE", "store"))


def safe_name(text: str) -> str:
    """A client's key as a name that every file system takes, still readable."""
    cleaned = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" .")[:120]
    return cleaned or "_"


def unique_names(texts: Iterable[str]) -> dict[str, str]:
    """Safe names that stay apart, also on file systems that ignore case."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for text in texts:
        name, number = safe_name(text), 2
        while name.casefold() in taken:
            name, number = f"{safe_name(text)}-{number}", number + 1
        taken.add(name.casefold())
        names[text] = name
    return names


def contracts_from(paths: Iterable[Path]) -> tuple[Contract, ...]:
    """Contracts of files and folders; every fault of every file is printed, then the command ends."""
    from keepscore.engine.contract import load_contracts
    from keepscore.engine.contract.model import ContractError

    contracts: list[Contract] = []
    try:
        for path in paths:
            contracts.extend(load_contracts(path))
    except ContractError as error:
        raise click.ClickException(str(error)) from error
    return tuple(contracts)


def tables_from(records: Path | None, mapping: Path | None, store: Path | None, contracts: Iterable[Contract]) -> Tables:
    """The tables of a store, or of one file read through its mapping without a store."""
    if records is None:
        return _stored(store or default_store())
    if mapping is None:
        raise click.UsageError("--records needs --mapping: it says which column is which field")
    from keepscore.engine.tables import Tables
    from keepscore.records.door import check_file
    from keepscore.records.mapping import load_mapping

    contracts = tuple(contracts)
    rules = load_mapping(mapping)
    checked = check_file(records, rules, known=known_of(contracts), now=now())
    if checked.errors:
        shown = "\n".join(f"  row {e.row}, {e.column}: {e.message}" for e in checked.errors[:20])
        raise click.ClickException(f"{records}: {checked.errors_total} errors, nothing is scored\n{shown}")
    complete = {rules.source: checked.newest} if checked.newest else {}
    return Tables(**checked.tables, complete_to=complete)


def known_of(contracts: tuple[Contract, ...]) -> Known:
    """Clients and functions that the contracts name; any where a contract is for every client."""
    from keepscore.records.door import Known

    if any(c.every is not None for c in contracts):
        clients = None
    else:
        clients = frozenset(client.key for c in contracts for client in c.named_clients())
    functions = frozenset(f.key for c in contracts for v in c.versions for f in v.functions)
    return Known(clients=clients, functions=functions or None, only_client=None)


def _stored(path: Path) -> Tables:
    from keepscore.records.store import RecordStore

    if not path.exists():
        raise click.ClickException(f"there is no record store at {path}; import a file first, or name one with --store")
    return RecordStore(str(path)).tables()
