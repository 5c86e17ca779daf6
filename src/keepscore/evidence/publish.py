"""Publishing: a scorecard is frozen, with all that is needed to recompute it, signed and chained to the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from keepscore.engine.contract.model import Contract
from keepscore.engine.results import Scorecard, to_json
from keepscore.engine.tables import Tables
from keepscore.evidence.actions import frozen_actions
from keepscore.evidence.archive import pack
from keepscore.evidence.bundle import Frozen, data_files, open_at_freezing, recompute
from keepscore.evidence.canonical import canonical, readable
from keepscore.evidence.correction import correction
from keepscore.evidence.differences import first_difference
from keepscore.evidence.keys import SigningKey
from keepscore.evidence.manifest import FORMAT, WHAT, content, facts, listing
from keepscore.evidence.own import needs_effort, own_contract, own_tables
from keepscore.evidence.readme import readme
from keepscore.evidence.shelf import ENDING, Filed, filed, put, safe_name, shelf


class CannotPublish(ValueError):
    """Why a scorecard is not one that can be frozen."""


class NotOver(CannotPublish):
    """The period was not over when the scorecard was made."""


class NotComplete(CannotPublish):
    """A source is not complete to the end of the period."""


class Unfaithful(CannotPublish):
    """The chosen rows do not give the numbers of the scorecard: nothing is published that would not verify."""


class AlreadyPublished(CannotPublish):
    """The same content stands there already; nothing was written."""

    def __init__(self, path: Path, number: int) -> None:
        self.path, self.number = path, number
        super().__init__(f"{path} holds the same numbers from the same records already; nothing was written")


@dataclass(frozen=True, slots=True)
class Published:
    """A bundle on the shelf."""

    path: Path
    number: int                 # 1, then 2 for "correction 2" ...
    scorecard: Scorecard        # as it was frozen
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(ENDING)


def publish(
    scorecard: Scorecard, *, contract: Contract, tables: Tables, at: datetime, out: Path, key: SigningKey, reason: str | None = None
) -> Published:
    """Freeze a scorecard into `out/<client>/<client>-<period>-<n>.keepscore.zip`.

    `scorecard` was made from `contract` and `tables`, which may cover many clients; only this client's rows go in.
    `at` is the moment of publishing. Raises CannotPublish (NotOver, NotComplete, Unfaithful, AlreadyPublished).
    Killed at any moment it leaves either nothing or the whole bundle.
    """
    return shelve(freeze(scorecard, contract=contract, tables=tables), at=at, out=out, key=key, reason=reason)


def shelve(frozen: Frozen, *, at: datetime, out: Path, key: SigningKey, reason: str | None = None, again: bool = False) -> Published:
    """Sign what was frozen, chain it to the client's publication before, and put it on the shelf in one step.

    `again` publishes also what is the same as before, because that was withdrawn.
    """
    files, tables = data_files(frozen), frozen.named_tables()
    same = content(frozen.scorecard, files, tables, frozen.actions)
    with shelf(out, frozen.scorecard.client.key) as folder:
        chain = filed(folder)
        before = _latest(chain, frozen.scorecard)
        if before is not None and before.manifest["content"] == same and not again:
            raise AlreadyPublished(before.path, before.manifest["number"])
        number = before.manifest["number"] + 1 if before is not None else 1
        name = bundle_name(frozen.scorecard, number)
        files["README.txt"] = readme(frozen.scorecard, name=name, fingerprint=key.fingerprint)
        files["keys.json"] = canonical(key.public)
        manifest = {
            "what": WHAT, "format": FORMAT, "number": number, "published_at": to_json(at),
            **facts(frozen.scorecard),
            "open_at_freezing": frozen.still_open,
            "left_away": _left_away(frozen.contract),
            "correction": to_json(correction(before, frozen, reason=reason)) if before is not None else None,
            "chain": {"number": len(chain) + 1, "previous": chain[-1].digest if chain else None,
                      "bundle": chain[-1].path.name if chain else None},
            "content": same,
            "key": {"algorithm": "Ed25519", "public_key": key.public[-1].public_key, "fingerprint": key.fingerprint},
            "files": listing(files, tables),
        }
        files["manifest.json"] = readable(manifest)
        files["manifest.sig"] = f"{key.sign(files['manifest.json'])}\n".encode()
        path = put(folder, name, pack(files))
    return Published(path, number, frozen.scorecard, manifest)


def freeze(scorecard: Scorecard, *, contract: Contract, tables: Tables, actions: Mapping[str, str] = {}) -> Frozen:
    """This client's part of everything, and the scorecard computed from that part alone.

    `actions` are demonstrated actions as they were written, by sub-area; their figures are filled in from the frozen scorecard.
    """
    period = scorecard.period
    if scorecard.as_of < period.end_at:
        seen = f"the scorecard is as of {to_json(scorecard.as_of)}"
        raise NotOver(f"{period.label} ends on {to_json(period.end_at)} and {seen}; publish it when the period is over")
    own = own_contract(contract, client=scorecard.client.key, before=period.end)
    chosen = own_tables(tables, own, period)
    card = recompute(own, chosen, period=period.key, as_of=scorecard.as_of, history=scorecard.history)
    _check_complete(card, chosen)
    _check_faithful(scorecard, card, effort=needs_effort(own))
    return Frozen(card, own, chosen, open_at_freezing(card, own, chosen), frozen_actions(actions, card))


def bundle_name(scorecard: Scorecard, number: int) -> str:
    """`<client>-<period>-<n>.keepscore.zip`; a client's second contract has its key in the name too."""
    contract = "" if scorecard.contract == "main" else f"{safe_name(scorecard.contract)}-"
    return f"{safe_name(scorecard.client.key)}-{contract}{scorecard.period.key}-{number}{ENDING}"


def _latest(chain: list[Filed], scorecard: Scorecard) -> Filed | None:
    """The last publication of the same client, contract and period."""
    same = [
        item for item in chain
        if item.manifest["contract"] == scorecard.contract and item.manifest["period"]["key"] == scorecard.period.key
    ]
    return same[-1] if same else None


def _check_complete(card: Scorecard, tables: Tables) -> None:
    late = {name: at for name, at in tables.complete_to.items() if at < card.period.end_at}
    if late or not card.complete:
        told = ", ".join(f"source {name} is complete to {to_json(at)}" for name, at in sorted(late.items()))
        raise NotComplete(
            f"{card.period.label} ends on {to_json(card.period.end_at)}; {told or 'not every source says up to when it is complete'}. "
            "Import the rest of the period first, with the moment up to which it is complete"
        )


def _check_faithful(scorecard: Scorecard, card: Scorecard, *, effort: bool) -> None:
    """The client's rows alone must give what all rows gave; otherwise we chose too few of them."""
    def numbers(of: Scorecard) -> Any:
        functions = of.functions if effort else [replace(item, effort_minutes=0, out_of_scope_minutes=0) for item in of.functions]
        return to_json({"measures": of.measures, "functions": functions, "areas": of.areas, "total": of.total, "waterfall": of.waterfall})

    found = first_difference(numbers(scorecard), numbers(card), verbs=("all records give", "the bundle's records give"))
    if found:
        raise Unfaithful(f"{found}; make the scorecard again from the same tables and publish that")


def _left_away(contract: Contract) -> list[str]:
    """What the bundle does not hold, said aloud."""
    notes = ["notes of reported values", "further columns that the contract does not name"]
    return notes if needs_effort(contract) else ["effort of single records (the contract plans none)", *notes]
