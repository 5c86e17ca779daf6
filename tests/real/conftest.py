"""The public data sets, scored once through the real command line. Without the data the tests are skipped and say so."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    folder = Path(os.environ.get("KEEPSCORE_DATA", ROOT.parent / "shared/data"))
    if not (folder / "northwind").is_dir():
        pytest.skip(f"the real data sets are not here ({folder}); name their folder in KEEPSCORE_DATA")
    return folder


@pytest.fixture(scope="session")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_real", ROOT / "examples/run_real.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.FORMATS = "json"             # type: ignore[attr-defined]
    module.YEARS = (2010, 2014)         # type: ignore[attr-defined]  # two of nine are enough to prove the road
    return module


@pytest.fixture(scope="session")
def scored(data: Path, runner: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a set's scorecards; each set is run once."""
    base, done = tmp_path_factory.mktemp("real"), set[str]()

    def run(name: str) -> Path:
        if name not in done:
            (base / f"work-{name}").mkdir()
            getattr(runner, name)(data, base / "out", base / f"work-{name}")
            done.add(name)
        return base / "out" / name

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These read tens of thousands of real rows; the quick leg can leave them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
