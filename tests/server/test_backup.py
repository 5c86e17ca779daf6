"""The drill: what was backed up comes back whole, row for row and byte for byte, and a torn copy is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from keepscore.records.store import RecordStore
from keepscore.server.backup import BackupError, backup, check, restore
from tests.world import NOW, World

sqlite_only = pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL has a drill of its own")


def _rows(path: str) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = [table for table in tables if not table.startswith("sqlite_")]
        return {table: sorted(database.execute(f'SELECT * FROM "{table}"'), key=repr) for table in tables}


@sqlite_only
def test_what_was_backed_up_comes_back_row_for_row(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restore(backup(tmp_path, at=NOW), home)
    live = _rows(str(connection.settings_dict["NAME"]))
    assert _rows(str(home / "keepscore.sqlite3")) == live
    assert len(live["scores_score"]) == 12
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    ours, theirs = RecordStore(settings.KEEPSCORE_STORE), RecordStore(home / "store")
    assert (theirs.version(), theirs.read("records")) == (ours.version(), ours.read("records"))


@sqlite_only
@pytest.mark.parametrize("harm", ["a file is gone", "a byte is changed", "a file is added", "the manifest is gone"])
def test_a_torn_copy_is_refused_and_nothing_is_restored(world: World, tmp_path: Path, harm: str) -> None:
    folder = backup(tmp_path, at=NOW)
    victim = next((folder / "store/records").rglob("*.parquet"))
    if harm == "a file is gone":
        victim.unlink()
    elif harm == "a byte is changed":
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(bytes(content))
    elif harm == "a file is added":
        shutil.copy(victim, victim.with_name("more.parquet"))
    else:
        (folder / "manifest.json").unlink()
    with pytest.raises(BackupError, match=r"torn|not a whole backup"):
        restore(folder, tmp_path / "home")
    assert not (tmp_path / "home").exists()


@sqlite_only
def test_a_backup_is_never_restored_over_something(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine.txt").write_text("mine")
    with pytest.raises(BackupError, match="is not empty"):
        restore(backup(tmp_path, at=NOW), home)
    assert [path.name for path in home.iterdir()] == ["mine.txt"]


@sqlite_only
def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(world: World, tmp_path: Path, settings: object) -> None:
    (tmp_path / "store").mkdir()
    settings.KEEPSCORE_STORE = str(tmp_path / "store")      # type: ignore[attr-defined]
    (tmp_path / "store/link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BackupError, match="Nothing was backed up"):
        backup(tmp_path / "out", at=NOW)
    assert list((tmp_path / "out").iterdir()) == []


@sqlite_only
def test_the_manifest_lists_every_file(world: World, tmp_path: Path) -> None:
    folder = backup(tmp_path, at=NOW)
    listed = set(check(folder)["files"])
    assert listed == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"manifest.json"}


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="needs PostgreSQL")
def test_a_backup_of_postgresql_fills_an_empty_database_row_for_row(world: World, tmp_path: Path) -> None:
    import psycopg

    own = connection.get_connection_params()
    reached = {name: own[name] for name in ("host", "port", "user", "password") if own.get(name)}
    name = f"drill_{os.getpid()}"
    with psycopg.connect(**reached, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            folder, home = backup(tmp_path, at=NOW), tmp_path / "home"
            url = f"postgresql://{own.get('user', 'postgres')}:{own.get('password', '')}@/{name}?host={quote(str(own['host']), safe='')}"
            environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "keepscore.server.settings"}
            done = subprocess.run(
                [sys.executable, "-m", "keepscore.cli", "restore", str(folder), str(home)], env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            assert _counts(reached, name) == _counts(reached, str(own["dbname"]))
            assert not (home / "keepscore.pgdump").exists()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _counts(reached: dict[str, object], name: str) -> dict[str, str]:
    """A digest of all rows of each table."""
    import psycopg

    with psycopg.connect(**reached, dbname=name) as database:
        tables = [row[0] for row in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
        rows = "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM"
        return {table: database.execute(f'{rows} "{table}" t').fetchone()[0] for table in tables}
