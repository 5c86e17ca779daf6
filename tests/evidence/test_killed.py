"""Killed at any moment of publishing: either nothing is there or all of it, and the next run ends with exactly one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import evidence_world as world
import pytest

from keepscore.evidence import keys
from keepscore.evidence.publish import AlreadyPublished, shelve
from keepscore.evidence.shelf import filed
from keepscore.evidence.verify import verify

ACTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.replace")


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A shelf with one publication, and the frozen correction that is to follow it."""
    folder = tmp_path_factory.mktemp("start")
    world.published(folder)
    return folder, world.frozen(3)


def store(frozen, folder: Path):
    key = keys.signing_key(folder / "keys", now=world.AS_OF)
    return shelve(frozen, at=world.AS_OF, out=folder / "published", key=key, reason="Late")


def in_a_child(frozen, folder: Path, *, die_at: int | None = None, die_after: float | None = None) -> bool:
    """Publish in a forked process that is killed before its n-th act on files, or after some time; whether it lived."""
    child = os.fork()
    if child == 0:
        acts = iter(range(10_000_000))

        def count(event: str, _: object) -> None:
            if event in ACTS and next(acts) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            store(frozen, folder)
        finally:
            os._exit(0)
    if die_after is not None:
        time.sleep(die_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def fresh(start: Path, folder: Path) -> Path:
    shutil.copytree(start, folder)
    return folder


def check_whole(frozen, folder: Path) -> None:
    """None or one correction stands there, whole; publishing again leaves exactly one and nothing half-written."""
    assert len(filed(folder / "published/acme")) in (1, 2)
    with suppress(AlreadyPublished):
        store(frozen, folder)
    names = sorted(path.name for path in (folder / "published/acme").iterdir() if path.name != ".lock")
    assert names == ["acme-2026-Q3-1.keepscore.zip", "acme-2026-Q3-2.keepscore.zip"]


def test_killed_before_any_single_act_on_files_it_is_never_half(start, tmp_path):
    original, frozen = start
    for act in range(1000):
        folder = fresh(original, tmp_path / str(act))
        lived = in_a_child(frozen, folder, die_at=act)
        check_whole(frozen, folder)
        if lived:
            break
    assert 5 < act < 200
    assert verify(tmp_path / str(act) / "published/acme/acme-2026-Q3-2.keepscore.zip").ok
    assert verify(tmp_path / "3" / "published/acme/acme-2026-Q3-2.keepscore.zip").ok


def test_killed_at_random_moments_it_is_never_half(start, tmp_path):
    original, frozen = start
    began = time.perf_counter()
    assert in_a_child(frozen, fresh(original, tmp_path / "whole"))
    whole = time.perf_counter() - began
    chance, killed = random.Random(5), 0
    for turn in range(25):
        folder = fresh(original, tmp_path / str(turn))
        killed += not in_a_child(frozen, folder, die_after=chance.uniform(0, whole))
        check_whole(frozen, folder)
    assert killed > 5


def test_a_key_that_was_killed_while_it_was_made_does_not_stay_half(tmp_path):
    for act in range(50):
        child = os.fork()
        if child == 0:
            acts = iter(range(1000))
            sys.addaudithook(lambda event, _, acts=acts, act=act: os.kill(os.getpid(), 9) if event in ACTS and next(acts) == act else None)
            keys.rotate(tmp_path / str(act), now=world.AS_OF)
            os._exit(0)
        lived = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert keys.handed_on_rightly(keys.signing_key(tmp_path / str(act), now=world.AS_OF).public)
        if lived:
            break
    assert 3 < act < 49
