"""Files that other people made; read where they are at hand (KEEPSCORE_DATA, else ../shared/data)."""

from __future__ import annotations

import gzip
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepscore.records.door import Checked, check_file
from keepscore.records.mapping import load_mapping, loads_mapping

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("KEEPSCORE_DATA", ROOT.parent / "shared" / "data"))
SCMS = DATA / "scms_delivery"
UCI = DATA / "uci_incident_servicenow"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not at hand")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
DELIVERIES = """\
keepscore: 1
source: scms
timezone: UTC
dates: "%-d-%b-%y"
fields:
  reference: ID
  client: Country
  opened_at: Delivered to Client Date
  resolved_at: Delivered to Client Date
  scheduled_at: {column: Scheduled Delivery Date, type: promise}
  quoted_at: {column: PQ First Sent to Client Date, type: moment, format: "%-m/%-d/%y", blanks: [Pre-PQ Process, Date Not Captured]}
  quantity_ordered: Line Item Quantity
"""


def check(path: Path, mapping: str) -> Checked:
    return check_file(path, loads_mapping(mapping), now=NOW)


def test_comma_and_tab_variants_of_the_deliveries_say_the_same() -> None:
    comma = check(SCMS / "SCMS_Delivery_History_Dataset.csv", DELIVERIES)
    tab = check(SCMS / "SCMS_Delivery_History_Dataset.variant_tab_CR.tsv", DELIVERIES + "format: tsv\n")
    assert (comma.errors, comma.records, len(set(comma.tables["records"]["client"].to_pylist()))) == ((), 10_324, 43)
    assert (tab.records, tab.content_digest) == (10_324, comma.content_digest)


def test_the_copy_whose_dates_a_spreadsheet_rewrote_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deliveries.csv"
    path.write_bytes(gzip.decompress((SCMS / "SCMS_Delivery_History_Dataset.variant_excel_corrupted_dates.csv.gz").read_bytes()))
    checked = check(path, DELIVERIES)
    assert {error.reason for error in checked.errors} == {"date_format"}
    assert checked.errors_total > 3_148     # the dates it rewrote, and the zeros it put before the others
    lenient = check(path, DELIVERIES.replace("%-", "%"))
    assert {(error.reason, error.column) for error in lenient.errors} == {("date_format", "PQ First Sent to Client Date")}


def test_the_incident_log_gives_one_record_for_each_incident(tmp_path: Path) -> None:
    with zipfile.ZipFile(UCI / "incident_event_log.zip") as archive:
        path = Path(archive.extract("incident_event_log.csv", tmp_path))
    checked = check_file(path, load_mapping(ROOT / "examples" / "uci_incident_servicenow" / "mapping.yaml"), now=NOW)
    assert (checked.errors, checked.records) == ((), 24_918)
    assert set(checked.tables["pauses"]["side"].to_pylist()) == {"client", "third party", "vendor"}


def test_the_incident_log_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(UCI / "variant_mangled_header.zip") as archive:
        path = Path(archive.extract(archive.namelist()[0], tmp_path))
    checked = check_file(path, load_mapping(ROOT / "examples" / "uci_incident_servicenow" / "mapping.yaml"), now=NOW)
    assert [(error.reason, error.row, error.column) for error in checked.errors] == [("duplicate_column", 1, "category")]
