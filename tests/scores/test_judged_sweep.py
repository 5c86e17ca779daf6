"""Judged files of scores that are gone and of archived clients are removed; those of live scores stay."""

from __future__ import annotations

import dataclasses
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from keepscore.clients.operations import archive
from keepscore.scores.judged import judged_rows, place
from keepscore.scores.judged_sweep import sweep
from keepscore.scores.models import Score
from tests.world import NOW, World


@pytest.fixture
def judged(world: World, settings: Any, tmp_path: Path) -> Path:
    """A folder of judged files of the test's own, written two hours ago: two periods of Acme, one of Birch."""
    settings.FOLDERS = dataclasses.replace(settings.FOLDERS, judged=tmp_path / "judged")
    for client, period in ((world.acme, "2026-Q2"), (world.acme, "2026-Q3"), (world.birch, "2026-Q3")):
        judged_rows(Score.objects.select_related("client", "contract").get(client=client, period=period))
    for file in files(tmp_path / "judged"):
        age(file)
    return tmp_path / "judged"


def age(file: Path) -> None:
    os.utime(file, (time.time() - 7200,) * 2)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def real_now() -> datetime:
    return timezone.now()


def test_files_of_live_scores_stay(world: World, judged: Path) -> None:
    before = files(judged)
    assert (sweep(now=real_now()), files(judged), len(before)) == (0, before, 3)


def test_files_of_scores_that_are_gone_and_of_archived_clients_are_removed(world: World, judged: Path) -> None:
    Score.objects.get(client=world.acme, period="2026-Q2").delete()
    archive(client=world.birch, by=world.lee, at=NOW)
    assert sweep(now=real_now()) == 2
    assert files(judged) == [place("acme", "main", "2026-Q3")]
    assert [folder.name for folder in judged.iterdir()] == ["acme"]


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_is_not(world: World, judged: Path) -> None:
    left, now_written = judged / "acme/.writing-old", judged / "acme/.writing-new"
    for file in (left, now_written):
        file.write_bytes(b"half")
    age(left)
    assert (sweep(now=real_now()), left.exists(), now_written.exists()) == (1, False, True)


def test_the_records_of_an_archived_client_can_still_be_read(world: World, judged: Path) -> None:
    archive(client=world.birch, by=world.lee, at=NOW)
    score = Score.objects.select_related("client", "contract").get(client=world.birch, period="2026-Q3")
    before = judged_rows(score)
    sweep(now=real_now())
    assert judged_rows(score).equals(before)
    assert (sweep(now=real_now()), place("birch", "main", "2026-Q3").exists()) == (0, True)
