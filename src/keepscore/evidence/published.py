"""Reading what was published, for the rooms above: only the parts that a page needs, each against the signed manifest."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepscore.engine.contract.model import Grades
from keepscore.engine.results import Scorecard
from keepscore.evidence import actions as demonstrated
from keepscore.evidence.actions import Action
from keepscore.evidence.archive import unpack
from keepscore.evidence.canonical import digest, read
from keepscore.evidence.decode import decode
from keepscore.evidence.shelf import BrokenShelf, Filed, read_filed


@dataclass(frozen=True, slots=True)
class Publication:
    """A bundle on the shelf as far as it is shown."""

    filed: Filed
    scorecard: Scorecard
    actions: tuple[Action, ...]
    grades: Grades | None       # cut-offs of the contract version that was used


def frozen_scorecard(bundle: Path) -> Scorecard:
    """The scorecard of a bundle, as it was frozen."""
    return decode(Scorecard, read(unpack(bundle)["scorecard.json"], name="scorecard.json"))


def read_publication(bundle: Path) -> Publication:
    """What a page shows of a bundle. Raises BrokenShelf where it is missing or was changed after it was published."""
    if not bundle.is_file():
        raise BrokenShelf(f"{bundle} is missing; restore it from a copy")
    filed = read_filed(bundle)
    listed = filed.manifest["files"]
    wanted = [name for name in ("scorecard.json", "contract.json", demonstrated.FILE) if name in listed]
    try:
        with zipfile.ZipFile(bundle) as archive:
            parts = {name: archive.read(name) for name in wanted}
    except (zipfile.BadZipFile, KeyError) as error:
        raise BrokenShelf(f"{bundle} was changed after it was published ({error}); restore it from a copy") from None
    if any(digest(data) != listed[name]["sha256"] for name, data in parts.items()):
        raise BrokenShelf(f"{bundle} was changed after it was published; restore it from a copy")
    values = {name: json.loads(data) for name, data in parts.items()}       # their digests fit, so their form does
    card = decode(Scorecard, values["scorecard.json"])
    actions = tuple(decode(Action, item) for item in values.get(demonstrated.FILE, ()))
    return Publication(filed, card, actions, _grades(values["contract.json"], card))


def _grades(contract: dict[str, Any], card: Scorecard) -> Grades | None:
    found = [version for version in contract["versions"] if version["from"] == card.version_from.isoformat()]
    return Grades.model_validate(found[0]["scorecard"]["grades"]) if found else None
