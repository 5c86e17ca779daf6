"""Everything an installation holds as files that other programs read: for the day somebody wants to leave.

One ZIP with contracts and mappings as YAML, records as Parquet and CSV, scores as JSON, published bundles as they are, and people,
clients and the audit log as CSV. `manifest.json`, written last, names every file with its size and SHA-256. Passwords, second factors
and keys are not in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from keepscore import __version__
from keepscore.clients import audit_log
from keepscore.clients.models import Client
from keepscore.clients.settings import defaults_text
from keepscore.contracts.models import Contract
from keepscore.evidence.sheets import harmless_text, to_csv
from keepscore.evidence.shelf import safe_name
from keepscore.intake.models import Source
from keepscore.intake.store import the_store
from keepscore.scores.models import Score
from keepscore.users.models import AuditEntry, User

TABLES = ("records", "superseded", "pauses", "outages", "values")
ROWS = 50_000       # of a table at a time
README = """\
Everything that this installation of Keepscore held at the moment in manifest.json.

contracts/   each client's contract, the file that `keepscore score` reads; defaults.yaml is merged under them
mappings/    how the columns of each source were read
records/     all records as Parquet (to compute with) and CSV (to read), `superseded` is what was corrected since; moments are UTC
scores/      the latest result of each contract and period, scorecard.json
published/   frozen scorecards with their evidence bundles; check them with `keepscore verify`
people/      users, clients and the audit log as CSV; no passwords and no second factors
"""


def write_export(target: Path, *, at: datetime) -> dict[str, Any]:
    """Write the ZIP to `target`: whole or not at all. Gives its manifest. Raises OSError, StoreError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".export-", suffix=".partial")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            manifest = _write(out, at=at)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(out: Any, *, at: datetime) -> dict[str, Any]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        shelf = Parcel(packed)
        counts = {"contracts": _contracts(shelf), "mappings": _mappings(shelf), **_records(shelf), "scores": _scores(shelf)}
        counts |= {"published files": _published(shelf), **_people(shelf)}
        shelf.text("README.txt", README)
        manifest = {
            "what": "Keepscore export", "keepscore": __version__, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "counts": counts, "files": shelf.files,
        }  # fmt: skip
        packed.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


class Parcel:
    """A ZIP that remembers the size and digest of what is put into it."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.files: dict[str, dict[str, Any]] = {}

    def text(self, name: str, text: str) -> None:
        self.pieces(name, [text.encode()])

    def pieces(self, name: str, pieces: Iterable[bytes], *, stored: bool = False) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self.packed.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def file(self, name: str, path: Path) -> None:
        """A file that is compressed already."""
        with path.open("rb") as source:
            self.pieces(name, iter(lambda: source.read(1 << 20), b""), stored=True)


def _contracts(shelf: Parcel) -> int:
    found = list(Contract.objects.select_related("client"))
    for contract in found:
        shelf.text(f"contracts/{contract.client.slug}/{safe_name(contract.key)}.yaml", contract.text)
    defaults = defaults_text()
    if defaults:
        shelf.text("contracts/defaults.yaml", defaults)
    return len(found)


def _mappings(shelf: Parcel) -> int:
    found = [source for source in Source.objects.all() if source.mapping]
    for source in found:
        shelf.text(f"mappings/{safe_name(source.name)}.yaml", source.mapping)
        for table, text in source.others.items():
            shelf.text(f"mappings/{safe_name(source.name)}-{safe_name(table)}.yaml", text)
    return len(found)


def _records(shelf: Parcel) -> dict[str, int]:
    """Each table of one consistent version of the store."""
    store: Any = the_store()
    store = store.at(store.version())
    counts = {}
    for name in TABLES:
        table = store.read(name)
        with _as_parquet(table) as path:
            shelf.file(f"records/{name}.parquet", path)
        shelf.pieces(f"records/{name}.csv", _csv_of(table))
        counts[name] = table.num_rows
    return counts


@contextmanager
def _as_parquet(table: pa.Table) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        pq.write_table(table, path, compression="zstd")
        yield path


def _csv_of(table: pa.Table) -> Iterator[bytes]:
    for start in range(0, max(table.num_rows, 1), ROWS):
        text = to_csv(table.slice(start, ROWS))
        yield text if start == 0 else text.split(b"\r\n", 1)[1]


def _scores(shelf: Parcel) -> int:
    count = 0
    for score in Score.objects.select_related("client", "contract").order_by("pk").iterator(chunk_size=50):
        name = f"scores/{score.client.slug}/{safe_name(score.contract.key)}-{safe_name(score.period)}.json"
        shelf.text(name, json.dumps(score.result, indent=1, ensure_ascii=False))
        count += 1
    return count


def _published(shelf: Parcel) -> int:
    root, count = Path(settings.FOLDERS.shelf), 0
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and not path.name.startswith(".") and path.suffix not in (".tmp", ".partial"):
            shelf.file(f"published/{path.relative_to(root)}", path)
            count += 1
    return count


def _people(shelf: Parcel) -> dict[str, int]:
    users = list(User.objects.order_by("pk"))
    clients = list(Client.objects.select_related("lead").prefetch_related("team").order_by("pk"))
    shelf.text("people/users.csv", _csv(("id", "name", "email", "role", "may sign in", "since", "last sign-in"), (
        (user.pk, user.name, user.email, user.role, _yes(user.is_active), _moment(user.created_at), _moment(user.last_login))
        for user in users
    )))  # fmt: skip
    shelf.text("people/clients.csv", _csv(("key", "name", "reviewed", "account lead", "team", "added", "archived"), (
        (client.key, client.name, client.cadence, client.lead.email if client.lead else "",
         " ".join(user.email for user in client.team.all()), _moment(client.created_at), _moment(client.archived_at))
        for client in clients
    )))  # fmt: skip
    entries = AuditEntry.objects.all()
    shelf.pieces("people/audit.csv", audit_log.as_csv(entries))
    return {"users": len(users), "clients": len(clients), "audit entries": entries.count()}


def _csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless_text(str(cell)) for cell in row] for row in (head, *rows))
    return out.getvalue()


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"
