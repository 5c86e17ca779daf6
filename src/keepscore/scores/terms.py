"""The contract that a score was made by: its text as it was then, and the version in force."""

from __future__ import annotations

from datetime import date

from keepscore.contracts.models import Revision
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract.model import Contract, Measure, Version
from keepscore.scores.models import Score


def agreed_of(score: Score) -> Contract:
    """The contract as it was read for this score, also when a newer text has been saved since."""
    definition = score.result["definition"]
    text = score.contract.text
    if score.contract.digest != definition:
        then = (
            Revision.objects.filter(contract=score.contract, digest=definition).order_by("-number").values_list("text", flat=True).first()
        )
        text = then if then is not None else text
    return loads_contract(text)


def version_of(score: Score, agreed: Contract) -> Version:
    """The version whose targets and limits the score was made with."""
    begun = date.fromisoformat(score.result["version_from"])
    return next((version for version in agreed.versions if version.from_ == begun), agreed.versions[-1])


def measure_of(version: Version, key: str) -> Measure | None:
    return next((measure for measure in version.measures if measure.key == key), None)
