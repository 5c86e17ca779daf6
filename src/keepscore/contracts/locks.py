"""What may no longer change: versions that have begun, and what holds for all versions while one of them is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keepscore.contracts.refusals import HeadLocked, ReasonNeeded, VersionLocked
from keepscore.engine.contract import definition_json
from keepscore.engine.contract import model as engine


def refuse_locked(before: engine.Contract, after: engine.Contract, *, today: date, note: str) -> None:
    """Raises VersionLocked, HeadLocked, or ReasonNeeded for a version that begins before tomorrow without a note."""
    old, new = definition_json(before), definition_json(after)
    locked = {v["from"]: v for v in old["versions"] if date.fromisoformat(v["from"]) <= today}
    kept = {v["from"]: v for v in new["versions"]}
    for start, version in locked.items():
        if kept.get(start) != version:
            raise VersionLocked(date.fromisoformat(start))
    if not locked:
        return
    _refuse_head(old, new)
    for start in kept:
        if start not in locked and date.fromisoformat(start) <= today and not note.strip():
            raise ReasonNeeded(date.fromisoformat(start))


def _refuse_head(old: dict[str, Any], new: dict[str, Any]) -> None:
    heads = (
        (_("The client's time zone"), old["client"]["timezone"], new["client"]["timezone"]),
        (_("The currency"), old.get("currency"), new.get("currency")),
        (_("The month in which the year starts"), old["year_starts"], new["year_starts"]),
    )
    for what, before, after in heads:
        if before is not None and before != after:
            raise HeadLocked(what, str(before))


def begun(contract: engine.Contract, *, today: date) -> frozenset[date]:
    """First days of the versions that are locked."""
    return frozenset(version.from_ for version in contract.versions if version.from_ <= today)
