"""The folder of an installation, and the secret key that is made in it at first start."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """Where an installation keeps its things; all below KEEPSCORE_HOME and all in the backup, except `static` and `judged`."""

    store: Path        # the record store
    uploads: Path      # files on their way in
    judged: Path       # judged records of each client and period; made again when missing
    shelf: Path        # published scorecards with their bundles
    keys: Path         # the signing key, never in the database
    static: Path       # collected at start


def folders(home: Path) -> Folders:
    """The folders below `home`; those that the server writes to at once are made."""
    found = Folders(home / "store", home / "uploads", home / "judged", home / "published", home / "keys", home / "static")
    for folder in (home, found.uploads, found.judged, found.static):
        folder.mkdir(parents=True, exist_ok=True)
    return found


def secret_key(home: Path) -> str:
    """The key in `home/secret.key`, readable by its owner alone; made once, whoever comes first."""
    path = home / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as target:
        key = secrets.token_urlsafe(64)
        target.write(key)
    return key
