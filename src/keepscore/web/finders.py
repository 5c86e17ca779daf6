"""Static files that live elsewhere: the fonts in their packages, the scorecard's styles in `documents`.

Nothing is copied into the repository; `collectstatic` and the development server find them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.base import File
from django.core.files.storage import Storage

from keepscore.documents.fonts import FACES


class NamedFiles(Storage):
    """A read-only storage of files that stand in different places, by the name under which they are served."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self.paths = paths

    def path(self, name: str) -> str:
        return str(self.paths[name])

    def exists(self, name: str) -> bool:
        return name in self.paths

    def size(self, name: str) -> int:
        return self.paths[name].stat().st_size

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(self.paths[name].stat().st_mtime, tz=UTC)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return File(self.paths[name].open("rb"), name=name)


class _NamedFilesFinder(BaseFinder):
    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.app_names: list[str] = []

    @cached_property
    def storage(self) -> NamedFiles:
        return NamedFiles(self.named())

    def named(self) -> dict[str, Path]:
        raise NotImplementedError

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        found = self.storage.path(path) if self.storage.exists(path) else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name in self.storage.paths:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage


class FontFinder(_NamedFilesFinder):
    """`fonts/source-sans-3.ttf` and the others, each with its licence beside it."""

    def named(self) -> dict[str, Path]:
        found = {}
        for face in FACES:
            package = Path(str(files(face.package)))
            found[f"fonts/{face.saved}"] = package / "files" / face.file
            found["fonts/" + face.saved.replace(".ttf", "-LICENSE.txt")] = package / "LICENSE"
        italic = Path(str(files("fontpkg_source_sans_3") / "files" / "SourceSans3-Italic[wght].ttf"))   # for quoted words
        found["fonts/source-sans-3-italic.ttf"] = italic
        return found


class ScorecardStyleFinder(_NamedFilesFinder):
    """`scorecard/tokens.css` and the other styles of the scorecard page, so that the page inside the application is the same."""

    def named(self) -> dict[str, Path]:
        folder = Path(str(files("keepscore.documents") / "static"))
        return {f"scorecard/{path.name}": path for path in sorted(folder.glob("*.css"))}
