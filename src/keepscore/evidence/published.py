"""Reading what was published, for the rooms above."""

from __future__ import annotations

from pathlib import Path

from keepscore.engine.results import Scorecard
from keepscore.evidence.archive import unpack
from keepscore.evidence.canonical import read
from keepscore.evidence.decode import decode


def frozen_scorecard(bundle: Path) -> Scorecard:
    """The scorecard of a bundle, as it was frozen."""
    return decode(Scorecard, read(unpack(bundle)["scorecard.json"], name="scorecard.json"))
