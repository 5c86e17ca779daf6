"""Health-supply deliveries: by country over all years and by year, with last year's volume as the plan."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import recount
from written import cards, counted

from keepscore.records.door import Known, check_file
from keepscore.records.mapping import load_mapping

ROOT = Path(__file__).parents[2]
FILE = "scms_delivery/SCMS_Delivery_History_Dataset.csv"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_countrys_deliveries_come_out_as_a_plain_recount_says(data: Path, scored: Callable[[str], Path]) -> None:
    expected = recount.scms(data / FILE)
    assert counted(cards(scored("scms_delivery")), "on-schedule") == dict(expected)
    assert (len(expected), recount.total(expected)) == (43, {"kept": 9138, "missed": 1186})


def test_each_delivery_year_comes_out_as_a_plain_recount_says(data: Path, scored: Callable[[str], Path], runner: ModuleType) -> None:
    folder = scored("scms_delivery")
    for year in runner.YEARS:
        assert counted(cards(folder, f"{year}/"), "on-schedule") == dict(recount.scms(data / FILE, year)), year


def _at_planned_volume(folder: Path, country: str) -> dict[str, Any] | None:
    (measure,) = cards(folder, "2014/")[country]["measures"]
    found: dict[str, Any] | None = measure["at_planned_volume"]
    return found


@pytest.mark.parametrize("country", ["Mozambique", "Congo, DRC", "Rwanda"])
def test_where_volume_rose_the_result_at_planned_volume_is_shown(data: Path, scored: Callable[[str], Path], country: str) -> None:
    found = _at_planned_volume(scored("scms_delivery"), country)
    inside, rest = recount.scms_inside(data / FILE, country, 2014)
    assert found is not None
    assert found["inside"] == {"numerator": inside["kept"], "denominator": inside.total()}
    assert found["rest"] == {"numerator": rest["kept"], "denominator": rest.total()}


def test_in_tanzania_volume_did_not_rise_and_is_not_called_the_reason(scored: Callable[[str], Path]) -> None:
    card = cards(scored("scms_delivery"), "2014/")["Tanzania"]
    (function,) = card["functions"]
    assert (function["volume"], function["planned_volume"]) == (89, "90/1")
    assert card["measures"][0]["met"] is False
    assert card["measures"][0]["at_planned_volume"] is None


def test_the_copy_with_tabs_is_the_same_content(data: Path) -> None:
    def digest(file: str, mapping: str) -> str:
        checked = check_file(data / file, load_mapping(ROOT / "examples/scms_delivery" / mapping), known=Known(), now=NOW)
        assert checked.errors == ()
        return checked.content_digest

    tabs = "scms_delivery/SCMS_Delivery_History_Dataset.variant_tab_CR.tsv"
    assert digest(FILE, "mapping.yaml") == digest(tabs, "mapping-tab.yaml")


def test_the_copy_whose_dates_a_spreadsheet_ruined_is_refused(data: Path, tmp_path: Path) -> None:
    import gzip

    packed = data / "scms_delivery/SCMS_Delivery_History_Dataset.variant_excel_corrupted_dates.csv.gz"
    ruined = tmp_path / "ruined.csv"
    ruined.write_bytes(gzip.decompress(packed.read_bytes()))
    checked = check_file(ruined, load_mapping(ROOT / "examples/scms_delivery/mapping.yaml"), known=Known(), now=NOW)
    assert not checked.accepted
    assert {error.reason for error in checked.errors} <= {"date_format", "date_invalid", "encoding", "missing_column"}
