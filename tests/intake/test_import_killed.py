"""Killed at any moment, an import leaves nothing or everything, and running it again ends it exactly once."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keepscore.clients.models import Client
from keepscore.intake import files, operations
from keepscore.intake.held import held
from keepscore.intake.models import Batch, Source, State
from keepscore.intake.operations import working
from keepscore.intake.store import the_store
from keepscore.scores.models import Touched
from keepscore.users.models import AuditEntry
from tests.intake.files_in import GOOD, csv, declared, received
from tests.world import NOW, World


def asked(world: World) -> Batch:
    batch = received(csv(GOOD), by=world.dan, source=declared())
    return operations.ask_import(batch=batch, by=world.dan, at=NOW)


def test_killed_between_the_store_and_the_row_it_is_ended_by_running_it_again(world: World, own_store: Path) -> None:
    batch = asked(world)
    stored = working._into(batch, the_store())      # the store has it; then the process is gone
    assert stored is not None
    version = the_store().version()
    batch.refresh_from_db()
    assert (batch.state, Touched.objects.count()) == (State.IMPORTING, 0)
    done = operations.load(pk=batch.pk, now=NOW)
    assert (done.state, done.inserted, done.store_batch, done.is_repeat) == (State.IMPORTED, 2, stored.id, False)
    assert set(Touched.objects.values_list("client__key", "month")) == set(stored.touched) == {("acme", "2026-09")}
    assert the_store().version() == version
    assert AuditEntry.objects.filter(action="import.done").count() == 1


def test_it_is_found_in_the_store_even_when_clients_changed_meanwhile(world: World, own_store: Path) -> None:
    batch = asked(world)
    working._into(batch, the_store())
    Client.objects.filter(key="acme").update(archived_at=NOW)
    assert operations.load(pk=batch.pk, now=NOW).state == State.IMPORTED


def test_run_twice_it_is_imported_and_told_once(world: World, own_store: Path) -> None:
    batch = asked(world)
    operations.load(pk=batch.pk, now=NOW)
    marks = Touched.objects.count()
    operations.load(pk=batch.pk, now=NOW)
    assert (Touched.objects.count(), AuditEntry.objects.filter(action="import.done").count()) == (marks, 1)
    assert len([entry for entry in the_store().batches() if entry.file_name == "desk.csv"]) == 2      # the world's own, and this one


def test_what_another_worker_has_in_hand_is_left_alone(world: World, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "WAIT", 0.2)
    batch = asked(world)
    with held(batch.pk):
        assert operations.load(pk=batch.pk, now=NOW).state == State.IMPORTING
    assert operations.load(pk=batch.pk, now=NOW).state == State.IMPORTED


def test_when_clients_changed_since_the_check_nothing_is_imported_and_it_is_said(world: World, own_store: Path) -> None:
    batch = asked(world)
    before = the_store().version()
    Client.objects.filter(key="acme").update(archived_at=NOW)
    batch = operations.load(pk=batch.pk, now=NOW)
    assert (batch.state, batch.ready, batch.problem) == (State.NEEDS_DECISION, 0, working.CHANGED)
    assert the_store().version() == before


def test_an_undo_that_was_killed_is_ended_by_running_it_again(world: World, own_store: Path) -> None:
    batch = operations.load(pk=asked(world).pk, now=NOW)
    Touched.objects.all().delete()
    batch = operations.ask_undo(batch=batch, by=world.dan, at=NOW + timedelta(minutes=1))
    the_store().undo_last(now=NOW + timedelta(minutes=1), expected=batch.store_batch)
    done = operations.undo(pk=batch.pk, now=NOW + timedelta(minutes=2))
    assert (done.state, done.undone_by) == (State.UNDONE, world.dan)
    assert set(Touched.objects.values_list("client__key", "month")) == {("acme", "2026-09")}


def test_a_late_answer_of_the_worker_changes_nothing(world: World, own_store: Path) -> None:
    batch = received(csv(GOOD), by=world.dan, source=declared())
    operations.look_again(batch=batch, by=world.dan, at=NOW)
    late = Batch.objects.get(pk=batch.pk)
    operations.cancel(batch=batch, by=world.dan, at=NOW)
    working._check(late, NOW)
    assert Batch.objects.get(pk=batch.pk).state == State.CANCELLED


def test_reconciling_hands_killed_jobs_over_and_sweeps_files_that_nobody_knows(world: World, own_store: Path) -> None:
    batch = asked(world)
    Batch.objects.filter(pk=batch.pk).update(beat_at=timezone.now() - timedelta(minutes=5))
    orphan = files.place(files.keep([b"nobody knows me"], name="lost.csv").path)
    young = files.place(files.keep([b"just arriving"], name="new.csv").path)
    half = files.folder() / "1-2.part"
    half.write_bytes(b"half")
    for path in (orphan, half):
        os.utime(path, (time.time() - 100_000,) * 2)
    DBTaskResult.objects.all().delete()
    assert operations.reconcile(now=NOW) == {"imports taken up again": 1, "files swept": 2}
    assert DBTaskResult.objects.count() == 1
    assert (orphan.exists(), half.exists(), young.exists(), files.place(batch.path).exists()) == (False, False, True, True)
    assert operations.reconcile(now=NOW) == {"imports taken up again": 0, "files swept": 0}


def test_sources_follow_the_store(world: World, own_store: Path) -> None:
    Source.objects.all().delete()
    operations.reconcile(now=NOW)
    source = Source.objects.get(name="desk")
    assert (source.records, source.complete_to) == (the_store().read("records").num_rows, the_store().tables().complete_to["desk"])


def test_a_store_that_cannot_be_reached_leaves_the_file_for_another_try(
    world: World, own_store: Path, settings: Any, tmp_path: Path
) -> None:  # fmt: skip
    batch = asked(world)
    blocked = tmp_path / "not-a-folder"
    blocked.write_text("")
    settings.KEEPSCORE_STORE = str(blocked)
    batch = operations.load(pk=batch.pk, now=NOW)
    assert batch.state == State.READY
    assert "cannot be used" in batch.problem
    settings.KEEPSCORE_STORE = str(own_store)
    batch = operations.ask_import(batch=batch, by=world.dan, at=NOW)
    assert operations.load(pk=batch.pk, now=NOW).state == State.IMPORTED
