"""A watched folder: what stops growing is imported, all or nothing, once, whoever watches."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from django.db import connection

from keepscore.cli.main import main
from keepscore.intake import operations, watching
from keepscore.intake.models import Batch, Source, State
from keepscore.intake.store import the_store
from keepscore.scores.models import Touched
from tests.intake.files_in import GOOD, WRONG_PRIORITY, csv, declared
from tests.world import NOW, World


@pytest.fixture
def folder(tmp_path: Path, world: World, own_store: Path) -> Path:
    declared()
    place = tmp_path / "in"
    place.mkdir()
    return place


def put(folder: Path, name: str, content: bytes, *, age: float = 60) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


def watch(folder: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["watch", str(folder), "--source", "desk", "--once", *more])
    return done.exit_code, done.output


def lying(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_a_good_file_is_imported_and_put_aside(folder: Path) -> None:
    put(folder, "desk.csv", csv(GOOD))
    assert watch(folder) == (0, "desk.csv: 2 new, 0 updated, 0 unchanged.\n")
    assert lying(folder) == ["done/desk.csv"]
    batch = Batch.objects.get()
    assert (batch.state, batch.source.name, batch.source.watched, batch.imported_by) == (State.IMPORTED, "desk", True, None)
    assert set(Touched.objects.values_list("client__key", "month")) == {("acme", "2026-09")}


def test_a_file_that_still_grows_is_left_alone(folder: Path) -> None:
    put(folder, "desk.csv", csv(GOOD), age=0)
    assert watch(folder) == (0, "")
    assert lying(folder) == ["desk.csv"]


def test_a_file_with_a_bad_row_is_rejected_whole_with_its_rows_and_a_report(folder: Path) -> None:
    before = the_store().version()
    put(folder, "desk.csv", csv([*GOOD, WRONG_PRIORITY]))
    status, said = watch(folder)
    assert (status, said) == (1, "desk.csv: rejected, nothing was imported. 1 row cannot be imported.\n")
    assert lying(folder) == ["rejected/desk-rejected.csv", "rejected/desk-report.txt", "rejected/desk.csv"]
    assert "“P2-High” is not one of your priorities" in (folder / "rejected" / "desk-report.txt").read_text(encoding="utf-8")
    assert the_store().version() == before
    assert (Batch.objects.get().state, Batch.objects.get().imported_at) == (State.REFUSED, None)


def test_the_same_file_again_is_told_so_and_never_put_over_the_first(folder: Path) -> None:
    put(folder, "desk.csv", csv(GOOD))
    watch(folder)
    put(folder, "desk.csv", csv(GOOD))
    assert watch(folder) == (0, "desk.csv: nothing new, all 2 records were there already.\n")
    assert lying(folder) == ["done/desk-2.csv", "done/desk.csv"]


def test_a_watch_that_was_killed_is_taken_up_again(folder: Path, world: World) -> None:
    path = put(folder, "desk.csv", csv(GOOD))
    batch = watching._batch(path, Source.objects.get(name="desk"), clock=lambda: NOW)
    operations.check(pk=batch.pk, now=NOW)
    operations.ask_import(batch=batch, by=None, at=NOW, queued=False)      # and here it was killed
    assert watch(folder) == (0, "desk.csv: 2 new, 0 updated, 0 unchanged.\n")
    assert Batch.objects.get().state == State.IMPORTED


def test_a_source_without_declared_columns_is_named_with_those_that_have_them(folder: Path) -> None:
    done = CliRunner().invoke(main, ["watch", str(folder), "--source", "phones", "--once"])
    assert done.exit_code == 1
    assert "The columns of the source 'phones' are not declared. Declared are: desk." in done.output


def test_hidden_files_and_links_are_left_alone(folder: Path, tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.csv", csv(GOOD))
    (folder / "link.csv").symlink_to(secret)
    put(folder, ".desk.csv.part", csv(GOOD))
    assert watch(folder) == (0, "")


@pytest.fixture
def closed_after() -> Iterator[None]:
    yield
    connection.close()


def test_two_watches_of_one_folder_take_turns(folder: Path, closed_after: None) -> None:
    put(folder, "desk.csv", csv(GOOD))
    with watching._alone(folder):
        held: list[bool] = []

        def other() -> None:
            with watching._alone(folder):
                held.append(True)

        second = Thread(target=other, daemon=True)
        second.start()
        second.join(timeout=0.3)
        assert held == []
    second.join(timeout=5)
    assert held == [True]
