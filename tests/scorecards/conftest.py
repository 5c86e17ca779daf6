"""A shelf and keys of its own for each test, and the short way from a draft to a published scorecard."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from keepscore.clients.models import Client
from keepscore.scorecards import operations, publishing
from keepscore.scorecards.models import Publishing, Scorecard
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scores.models import Score
from tests.world import NOW

PERIOD = "2026-Q3"


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    settings.FOLDERS = dataclasses.replace(settings.FOLDERS, shelf=tmp_path / "published", keys=tmp_path / "keys")
    return tmp_path / "published"


def score_of(client: Client, period: str = PERIOD) -> Score:
    return Score.objects.select_related("contract__client", "client").get(client=client, period=period)


def ask(client: Client, by: Any, *, period: str = PERIOD, reason: str = "") -> Publishing:
    score = score_of(client, period)
    return operations.ask_to_publish(score=score, shown=shown_of(score, templates_of(score)), reason=reason, by=by, at=NOW)


def published(client: Client, by: Any, *, period: str = PERIOD, reason: str = "") -> Scorecard:
    wish = ask(client, by, period=period, reason=reason)
    scorecard = publishing.publish(wish, at=NOW)
    assert scorecard is not None, wish.problem
    return scorecard
