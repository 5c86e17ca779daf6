"""Every file of the corpus gets its verdict, with reason, row and column."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from corpus import Case, Found, corpus

from keepscore.records.checks.errors import REASONS
from keepscore.records.door import Known, check_file
from keepscore.records.mapping import MappingError, load_mapping

CASES = corpus()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KNOWN = Known(clients=frozenset({"marlowe", "se", "SE", "Côte d'Ivoire"}), functions=frozenset({"desk"}))


def judge(case: Case, folder: Path) -> tuple[int, list[Found], list[str]]:
    """Records that would be loaded, faults in order, messages."""
    path, mapping = folder / f"export.{case.suffix}", folder / "mapping.yaml"
    path.write_bytes(case.content)
    mapping.write_text(case.mapping, encoding="utf-8", newline="")
    for name, content in case.beside:
        (folder / name).write_bytes(content)
    try:
        checked = check_file(path, load_mapping(mapping), known=KNOWN, now=NOW)
    except MappingError as error:
        return 0, [(fault.code, fault.line, fault.key) for fault in error.faults], [str(fault) for fault in error.faults]
    return checked.records, [(e.reason, e.row, e.column) for e in checked.errors], [e.message for e in checked.errors]


def test_the_corpus_has_at_least_150_files_of_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=[case.name.encode("ascii", "backslashreplace").decode() for case in CASES])
def test_each_file_gets_its_verdict_with_every_reason_row_and_column(case: Case, tmp_path: Path) -> None:
    began = time.monotonic()
    records, found, messages = judge(case, tmp_path)
    assert time.monotonic() - began < 20
    assert (records, sorted(found, key=str)) == (case.records, sorted(case.errors, key=str))
    assert {reason for reason, _, _ in found} <= set(REASONS)
    assert all(message.isprintable() and len(message) < 600 for message in messages)
