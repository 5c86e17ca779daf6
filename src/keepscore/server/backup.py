"""Backup while people work, and restore that refuses a torn copy.

A backup is a folder: the database (SQLite's own VACUUM INTO, or pg_dump), the record store, published scorecards and originals, the keys
and the secret, and `manifest.json` with size and SHA-256 of every file, written last. The database is copied first: what it names lies
in the store and on the shelf already, because files are written before their rows; later files are harmless.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from keepscore import __version__
from keepscore.records.store_errors import StoreError
from keepscore.records.store_lock import single_writer

MANIFEST = "manifest.json"
FOLDERS = ("published", "keys", "uploads")
SQLITE, POSTGRES = "keepscore.sqlite3", "keepscore.pgdump"


class BackupError(RuntimeError):
    """Why nothing was backed up or restored; the text says what to do."""


def backup(out: Path, *, at: datetime) -> Path:
    """Write a backup into a new folder below `out`, named by the moment; its path. Raises BackupError, and then leaves nothing behind."""
    folder = out / f"keepscore-{at:%Y-%m-%dT%H%M%SZ}"
    partial = out / f".{folder.name}.partial"
    if folder.exists():
        raise BackupError(f"{folder} exists already; wait a second")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _dump_database(partial)
        _copy_files(partial)
        (partial / MANIFEST).write_text(json.dumps(_manifest(partial, at=at), indent=1), encoding="utf-8")
        _sync(partial / MANIFEST)
        os.replace(partial, folder)
    except (OSError, StoreError, subprocess.CalledProcessError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(f"Nothing was backed up: {error}") from error
    return folder


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a whole backup. Raises BackupError naming the first file that is missing, added or changed."""
    path = folder / MANIFEST
    if not path.is_file():
        raise BackupError(f"{folder} is not a whole backup: it has no {MANIFEST}, which is written last")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    listed = set(manifest["files"])
    for name in sorted(listed ^ found):
        raise BackupError(f"This copy is torn: {name} {'is missing' if name in listed else 'does not belong to it'}")
    for name, told in manifest["files"].items():
        if _digest(folder / name) != told["sha256"]:
            raise BackupError(f"This copy is torn: {name} was changed")
    return manifest


def restore(folder: Path, home: Path) -> dict[str, Any]:
    """Put a backup into a new home. Raises BackupError for a torn copy, or when something stands in `home` already."""
    manifest = check(folder)
    if home.exists() and any(home.iterdir()):
        raise BackupError(f"{home} is not empty; restore into a new folder and start with KEEPSCORE_HOME={home.name} when it is good")
    partial = home.with_name(f".{home.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(folder, partial, ignore=shutil.ignore_patterns(MANIFEST))
    if manifest["database"] == "postgresql":
        _restore_postgres(partial / POSTGRES)
    for secret in (partial / "secret.key", *(partial / "keys").glob("*")):
        if secret.is_file():
            secret.chmod(0o600)
    if home.exists():
        home.rmdir()
    os.replace(partial, home)
    return manifest


def _restore_postgres(dump: Path) -> None:
    """Into the empty database that DATABASE_URL names, in one transaction."""
    if connection.introspection.table_names():
        raise BackupError("The database of DATABASE_URL is not empty; make a new one and name that")
    connection.close()
    name = settings.DATABASES["default"]["NAME"]
    _postgres("PG_RESTORE", "pg_restore", "--single-transaction", "--no-owner", f"--dbname={name}", str(dump))
    dump.unlink()


def _postgres(variable: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs (KEEPSCORE_PG_DUMP, KEEPSCORE_PG_RESTORE say where) against DATABASE_URL."""
    found = connection.get_connection_params()
    named = {"--host": found.get("host"), "--port": found.get("port"), "--username": found.get("user")}
    options = [f"{name}={value}" for name, value in named.items() if value]
    subprocess.run(
        [os.environ.get(f"KEEPSCORE_{variable}", program), *options, *arguments], check=True,
        env={**os.environ, "PGPASSWORD": str(found.get("password") or "")},
    )  # fmt: skip


def _dump_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=60)) as own:      # not inside anybody's transaction
            own.execute("VACUUM INTO ?", [str(folder / SQLITE)])
        _sync(folder / SQLITE)
        return
    _postgres("PG_DUMP", "pg_dump", "--format=custom", f"--file={folder / POSTGRES}", str(settings.DATABASES["default"]["NAME"]))


def _copy_files(folder: Path) -> None:
    """The store is held while it is copied: an import waits, everybody else goes on."""
    home = settings.HOME
    store = Path(settings.KEEPSCORE_STORE)
    if store.is_dir():
        with single_writer(store, wait_seconds=600):
            shutil.copytree(store, folder / "store", ignore=shutil.ignore_patterns(".lock"))
    for name in FOLDERS:
        if (home / name).is_dir():
            shutil.copytree(home / name, folder / name, ignore=shutil.ignore_patterns("*.tmp", "*.partial"))
    if (home / "secret.key").is_file():
        shutil.copy2(home / "secret.key", folder / "secret.key")


def _manifest(folder: Path, *, at: datetime) -> dict[str, Any]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        "what": "Keepscore backup", "keepscore": __version__, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "database": connection.vendor,
        "files": {str(p.relative_to(folder)): {"bytes": p.stat().st_size, "sha256": _digest(p)} for p in files},
    }  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as source:
        os.fsync(source.fileno())
