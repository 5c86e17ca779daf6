"""Uploaded files are kept as long as the settings say, and whatever somebody still needs longer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keepscore.clients.models import VendorSettings
from keepscore.intake import files
from keepscore.intake.models import Batch, State
from keepscore.server.retention import remove_old_files
from tests.world import NOW, World


def batch(name: str, state: str, *, days: int) -> Path:
    place = files.place(f"{name}/{name}.csv")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("x")
    loaded = {"imported_at": NOW, "store_batch": name} if state == State.IMPORTED else {}
    Batch.objects.create(
        state=state, file_name=f"{name}.csv", size=1, sha256="0" * 64, path=f"{name}/{name}.csv", received_at=NOW - timedelta(days=days),
        **loaded,
    )  # fmt: skip
    return place


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path)


def test_files_of_ended_batches_go_after_their_days(world: World, uploads: None, settings: Any) -> None:
    old, new = batch("old", State.IMPORTED, days=91), batch("new", State.IMPORTED, days=89)
    in_hand, shared = batch("hand", State.NEEDS_DECISION, days=500), batch("both", State.CANCELLED, days=500)
    batch("both", State.READY, days=1)
    assert remove_old_files(now=NOW) == 0
    VendorSettings.objects.create(id=1, keep_files_days=90)
    assert [remove_old_files(now=NOW), remove_old_files(now=NOW)] == [1, 0]
    assert [path.exists() for path in (old, new, in_hand, shared)] == [False, True, True, True]
