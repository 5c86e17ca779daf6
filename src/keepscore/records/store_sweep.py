"""After a killed import or an undo: set the tables back to what the list of batches says, and remove the files that nothing names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from deltalake import DeltaTable

from keepscore.records.store_tables import Place, stamped

_MARK = ".importing"


def begin(root: Path | str) -> None:
    """Leave a mark that an import is under way; a store that still has it at the next import was killed."""
    if isinstance(root, Path):
        (root / _MARK).touch()


def end(root: Path | str) -> None:
    if isinstance(root, Path):
        (root / _MARK).unlink(missing_ok=True)


def set_back(root: Path | str, places: Iterable[Place], versions: Mapping[str, int]) -> None:
    """Only the single writer may call this. Files are swept only where a mark tells of a kill."""
    killed = isinstance(root, Path) and (root / _MARK).exists()
    for place in places:
        table = place.open()
        if table is None:
            continue
        version = versions.get(place.name, 0)
        if table.version() > version and not _same(table, place.open(version)):
            table.restore(version, commit_properties=stamped("set-back"))
        if killed:
            _sweep(Path(place.uri))
    end(root)


def _same(newest: DeltaTable, earlier: DeltaTable | None) -> bool:
    """Whether a table was set back before and not changed since, so that it need not be again."""
    return earlier is not None and newest.schema() == earlier.schema() and set(newest.file_uris()) == set(earlier.file_uris())


def _sweep(folder: Path) -> None:
    """Remove Parquet files that no commit ever named. Nothing is removed where a part of the log is missing."""
    commits = sorted((folder / "_delta_log").glob("[0-9]*.json"))
    if [int(path.stem) for path in commits] != list(range(len(commits))):
        return
    named = {folder / path for commit in commits for path in _added(commit)}
    for file in folder.rglob("*.parquet"):
        if file not in named and "_delta_log" not in file.parts:
            file.unlink()


def _added(commit: Path) -> Iterable[str]:
    for line in commit.read_text(encoding="utf-8").splitlines():
        action = json.loads(line)
        if "add" in action:
            yield unquote(action["add"]["path"])
