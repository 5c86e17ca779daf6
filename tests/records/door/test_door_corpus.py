"""Every file of the corpus gets its verdict, with reason, row and column."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from corpus import Case, Found, corpus

from keepscore.records.checks.errors import REASONS
from keepscore.records.door import Known, check_file
from keepscore.records.mapping import MappingError, load_mapping

CASES = corpus()
HEAVY = [case for case in CASES if case.heavy]
LIGHT = [case for case in CASES if not case.heavy]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KNOWN = Known(clients=frozenset({"marlowe", "se", "SE", "Côte d'Ivoire"}), functions=frozenset({"desk"}))


def judge(case: Case, folder: Path) -> tuple[int, list[Found], list[str]]:
    """Records that would be loaded, faults in order, messages."""
    path, mapping = folder / f"export.{case.suffix}", folder / "mapping.yaml"
    path.write_bytes(case.made())
    mapping.write_text(case.mapping, encoding="utf-8", newline="")
    for name, content in case.beside:
        (folder / name).write_bytes(content)
    try:
        checked = check_file(path, load_mapping(mapping), known=KNOWN, now=NOW)
    except MappingError as error:
        return 0, [(fault.code, fault.line, fault.key) for fault in error.faults], [str(fault) for fault in error.faults]
    return checked.records, [(e.reason, e.row, e.column) for e in checked.errors], [e.message for e in checked.errors]


MEASURE = """
import json, resource, sys
from datetime import UTC, datetime
from keepscore.records.door import check_file
from keepscore.records.mapping import load_mapping
checked = check_file(sys.argv[1], load_mapping(sys.argv[2]), now=datetime(2026, 5, 1, tzinfo=UTC))
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
found = [[error.reason, error.row, error.column] for error in checked.errors]
print(json.dumps([found, peak // 1024, sum(each.ru_utime + each.ru_stime for each in used)]))
"""


@pytest.mark.parametrize("case", HEAVY, ids=[case.name for case in HEAVY])
def test_no_costly_file_takes_more_than_512_megabytes_and_20_seconds(case: Case, tmp_path: Path) -> None:
    path, mapping = tmp_path / f"export.{case.suffix}", tmp_path / "mapping.yaml"
    path.write_bytes(case.made())
    mapping.write_text(case.mapping, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path), str(mapping)], capture_output=True, text=True, check=True)
    found, megabytes, seconds = json.loads(done.stdout)
    assert [tuple(error) for error in found] == list(case.errors)
    assert (megabytes <= 512, seconds < 20) == (True, True), done.stdout


def test_the_corpus_has_at_least_150_files_of_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize("case", LIGHT, ids=[case.name.encode("ascii", "backslashreplace").decode() for case in LIGHT])
def test_each_file_gets_its_verdict_with_every_reason_row_and_column(case: Case, tmp_path: Path) -> None:
    records, found, messages = judge(case, tmp_path)
    assert (records, sorted(found, key=str)) == (case.records, sorted(case.errors, key=str))
    assert {reason for reason, _, _ in found} <= set(REASONS)
    assert all(message.isprintable() and len(message) < 600 for message in messages)
