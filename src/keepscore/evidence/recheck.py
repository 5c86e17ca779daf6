"""The second half of verifying: a bundle whose digests and signature fit is read, computed again and compared."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from keepscore.engine.clock import CalendarError
from keepscore.engine.contract import definition_digest, loads_contract
from keepscore.engine.contract.model import Contract, ContractError
from keepscore.engine.results import Past, Scorecard, to_json
from keepscore.engine.tables import Tables
from keepscore.evidence import actions as demonstrated
from keepscore.evidence.actions import Action
from keepscore.evidence.bundle import Frozen, open_at_freezing, recompute
from keepscore.evidence.calendars import used_calendars, with_bundled
from keepscore.evidence.canonical import read
from keepscore.evidence.decode import decode
from keepscore.evidence.differences import first_difference
from keepscore.evidence.keys import PublicKey, handed_on_rightly
from keepscore.evidence.manifest import TABLES, content, facts
from keepscore.evidence.own import check_schema
from keepscore.evidence.rows import first_difference_of_rows
from keepscore.evidence.sheets import content_digest, from_parquet, to_csv


class Different(ValueError):
    """The first thing that is not what it should be, in a sentence."""


def recheck(files: dict[str, bytes], manifest: dict[str, Any]) -> tuple[str, ...]:
    """Compare everything in a bundle with what follows from it; notes on what is no difference. Raises Different."""
    _check_keys(files, manifest)
    card = decode(Scorecard, read(files["scorecard.json"], name="scorecard.json"))
    _compare({name: manifest.get(name) for name in facts(card)}, to_json(facts(card)), of="manifest.json", verbs=("says", "scorecard.json"))
    tables = _tables(files, manifest, card)
    contract = _contract(files)
    _check_belongs(contract, tables, card)
    history = _earlier(files, card)
    pinned, notes = _service_time(files, contract, tables, card)
    made = recompute(pinned, tables, period=card.period.key, as_of=card.as_of, history=history)
    _compare(_comparable(card), _comparable(made), of="")
    frozen = Frozen(card, contract, tables, open_at_freezing(card, pinned, tables))
    _compare(manifest["open_at_freezing"], frozen.still_open, of="manifest.json open_at_freezing")
    actions = _actions(files, card)
    _compare(manifest["content"], content(card, files, frozen.named_tables(), actions), of="manifest.json content")
    return (*notes, *_versions(card, made))


def _compare(said: Any, found: Any, *, of: str, verbs: tuple[str, str] = ("the bundle says", "recomputed")) -> None:
    sentence = first_difference(said, found, of=of, verbs=verbs)
    if sentence:
        raise Different(sentence)


def _check_keys(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    keys = [decode(PublicKey, item) for item in read(files["keys.json"], name="keys.json")]
    if not keys or keys[-1].public_key != manifest["key"]["public_key"]:
        raise Different("keys.json: its last key is not the one that signed this bundle")
    if not handed_on_rightly(keys):
        raise Different("keys.json: a key was not signed by the one before it")


def _tables(files: dict[str, bytes], manifest: dict[str, Any], card: Scorecard) -> Tables:
    found: dict[str, pa.Table] = {}
    for name in TABLES:
        file = f"{name}.parquet"
        table = found[name] = from_parquet(files[file], name=file)
        wrong = check_schema(name, table)
        if wrong:
            raise Different(f"{file}: {wrong}")
        made = to_csv(table)
        if made != files[f"{name}.csv"]:
            row = first_difference_of_rows(files[f"{name}.csv"], made, table=name, changed_first=True)
            raise Different(f"{name}.csv does not say what {file} says: {row or 'it is written in another form'}")
        listed = manifest["files"][file]
        counted = [table.num_rows, content_digest(table)]
        _compare([listed["rows"], listed["content"]], counted, of=f"manifest.json files.{file} [rows, content]")
    return Tables(**found, complete_to=card.complete_to)


def _contract(files: dict[str, bytes]) -> Contract:
    value = read(files["contract.json"], name="contract.json")
    try:
        return loads_contract(json.dumps(value), name="contract.json")
    except ContractError as error:
        raise Different(str(error)) from None


def _check_belongs(contract: Contract, tables: Tables, card: Scorecard) -> None:
    """One client throughout, and the terms that the scorecard names."""
    if contract.client is None or contract.client.key != card.client.key:
        raise Different("contract.json is not the contract of this client alone")
    if definition_digest(contract) != card.definition:
        raise Different(f"contract.json: its digest is {definition_digest(contract)}, scorecard.json says {card.definition}")
    for name in ("records", "outages", "values"):
        others = set(getattr(tables, name)["client"].unique().to_pylist()) - {card.client.key}
        if others:
            raise Different(f"{name}.parquet holds rows of another client: {min(map(str, others))}")


def _actions(files: dict[str, bytes], card: Scorecard) -> tuple[Action, ...]:
    """Demonstrated actions, each the sentence that follows from its template and the scorecard, which was computed again."""
    if demonstrated.FILE not in files:
        return ()
    actions = tuple(decode(Action, item) for item in read(files[demonstrated.FILE], name=demonstrated.FILE))
    wrong = demonstrated.first_wrong(actions, card)
    if wrong or not actions:
        raise Different(f"{demonstrated.FILE}: {wrong or 'it holds no action'}")
    return actions


def _earlier(files: dict[str, bytes], card: Scorecard) -> tuple[Past, ...]:
    names = {name for name in files if name.startswith("earlier/")}
    wanted = [f"earlier/{past.period.key}.json" for past in card.history]
    if names != set(wanted):
        raise Different(f"earlier/: holds {', '.join(sorted(names)) or 'nothing'}; scorecard.json names {', '.join(wanted) or 'nothing'}")
    return tuple(decode(Past, read(files[name], name=name)) for name in wanted)


def _service_time(files: dict[str, bytes], contract: Contract, tables: Tables, card: Scorecard) -> tuple[Contract, list[str]]:
    """The contract to compute with: its own, or with the bundle's service time where ours would be another."""
    bundled = read(files["calendars.json"], name="calendars.json")
    ours = used_calendars(contract, tables, card.period, as_of=card.as_of)
    other = first_difference(bundled, ours, of="calendars.json", verbs=("the bundle says", "the rules installed here say"))
    if other is None:
        return contract, []
    try:
        pinned = with_bundled(contract, bundled)
        again = used_calendars(pinned, tables, card.period, as_of=card.as_of)
    except (CalendarError, KeyError) as error:
        raise Different(f"calendars.json cannot be used: {error}") from None
    _compare([item["open"] for item in bundled], [item["open"] for item in again], of="calendars.json")
    return pinned, [f"{other}; the numbers were computed with the bundle's service time"]


def _comparable(card: Scorecard) -> Any:
    """Everything but the versions of programs, and the digest of terms, which is compared on its own."""
    return {name: item for name, item in to_json(card).items() if name not in ("engine", "definition")}


def _versions(card: Scorecard, made: Scorecard) -> list[str]:
    names = {"keepscore": "Keepscore", "tzdata": "zone rules", "holidays": "holiday rules"}
    return [
        f"{said} of the bundle: {getattr(card.engine, name)}, here: {getattr(made.engine, name)}; the numbers are the same"
        for name, said in names.items()
        if getattr(card.engine, name) != getattr(made.engine, name)
    ]


