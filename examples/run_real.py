"""Score four public data sets through the real command line and print what came out.

    python examples/run_real.py [--data DIR] [--out DIR]

The data are read from KEEPSCORE_DATA unless said, the results go to build/real unless said. Every scorecard lands in
OUT/<set>/<client>/; the deliveries by year in OUT/scms_delivery/<client>/<year>/.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FORMATS = "json,html"
YEARS = range(2007, 2016)
ORDERS, LINES, EVENTS = "orders.csv", "PurchaseOrderDetail.csv", "incident_event_log.csv"
DELIVERIES = "SCMS_Delivery_History_Dataset.csv"
SETS = ("northwind", "scms_delivery", "uci_incident_servicenow", "adventureworks_purchasing")


def keepscore(*arguments: str | Path) -> None:
    """The installed command line; its output is shown when it fails."""
    command = [sys.executable, "-c", "from keepscore.cli.main import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"keepscore {' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}")


def load(file: Path, name: str, store: Path, mapping: str = "mapping.yaml") -> None:
    keepscore("import", file, "--mapping", HERE / name / mapping, "--any-client", "--store", store)


def score(contract: Path, store: Path, out: Path, period: str, as_of: str, formats: str = "") -> None:
    told = ("--period", period, "--as-of", as_of, "--history", "1", "--formats", formats or FORMATS)
    keepscore("score", contract, "--store", store, "--out", out, *told)


def northwind(data: Path, out: Path, work: Path) -> None:
    load(data / "northwind" / ORDERS, "northwind", work / "northwind")
    score(HERE / "northwind/contract.yaml", work / "northwind", out / "northwind", "1996-07-01..1998-06-30", "1998-05-06")


def scms_delivery(data: Path, out: Path, work: Path) -> None:
    """Over all years on the common terms, then year by year on each country's own plan."""
    store, own = work / "scms_delivery", work / "scms-contracts"
    load(data / "scms_delivery" / DELIVERIES, "scms_delivery", store)
    score(HERE / "scms_delivery/contract.yaml", store, out / "scms_delivery", "2006-01-01..2015-12-31", "2015-12-31")
    subprocess.run([sys.executable, HERE / "scms_delivery/make_contract.py", data / "scms_delivery" / DELIVERIES, own], check=True)
    for year in YEARS:
        score(own, store, work / str(year), str(year), f"{year}-12-31", formats="json")
        for folder in sorted((work / str(year)).iterdir()):
            shutil.move(folder, out / "scms_delivery" / folder.name / str(year))


def uci_incident_servicenow(data: Path, out: Path, work: Path) -> None:
    """Location by location, and the company as a whole, where the groups show what its average hides."""
    name = "uci_incident_servicenow"
    with zipfile.ZipFile(data / name / "incident_event_log.zip") as archive:
        log = Path(archive.extract(EVENTS, work))
    for mapping in ("mapping.yaml", "mapping-all.yaml"):
        store = work / f"{name}-{mapping}"
        load(log, name, store, mapping)
        score(HERE / name / "contract.yaml", store, out / name, "2016-02-01..2017-02-28", "2017-02-28")


def adventureworks_purchasing(data: Path, out: Path, work: Path) -> None:
    name = "adventureworks_purchasing"
    load(data / name / LINES, name, work / name)
    score(HERE / name / "contract.yaml", work / name, out / name, "2022-01-01..2025-12-31", "2025-12-31")


def scorecards(out: Path, name: str) -> Iterator[dict[str, Any]]:
    """The scorecards of a set over all its dates."""
    for path in sorted((out / name).glob("*/scorecard.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def table(out: Path) -> str:
    """Sums over the clients of each set, one line a measure."""
    lines = [f"{'set':<27}{'measure':<36}{'clients':>8}{'records':>9}{'kept':>8}{'missed':>8}{'open':>6}{'left out':>10}{'share':>8}"]
    for name in SETS:
        cards = [card for card in scorecards(out, name) if card["client"]["key"] != "Whole company"]
        for place, measure in enumerate(cards[0]["measures"]):
            own = [card["measures"][place] for card in cards]
            kept, missed = sum(m["kept"] for m in own), sum(m["missed"] for m in own)
            left_out = sum(part["records"] for m in own for part in m["left_out"])
            records, still_open = sum(m["records"] for m in own), sum(m["open"] for m in own)
            lines.append(
                f"{name:<27}{measure['name']:<36}{len(cards):>8}{records:>9,}{kept:>8,}{missed:>8,}{still_open:>6}"
                f"{left_out:>10}{kept / (kept + missed):>8.1%}"
            )
    return "\n".join(lines)


def main(data: Path, out: Path) -> None:
    work = out.parent / "real-work"
    for folder in (out, work):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for run in (northwind, scms_delivery, uci_incident_servicenow, adventureworks_purchasing):
        run(data, out, work)
    print(table(out))
    print(f"\n{sum(1 for _ in out.rglob('scorecard.json'))} scorecards in {out}")


if __name__ == "__main__":
    known = argparse.ArgumentParser(description="Score four public data sets through the real command line.")
    known.add_argument("--data", type=Path, default=Path(os.environ.get("KEEPSCORE_DATA", HERE.parent.parent / "shared/data")))
    known.add_argument("--out", type=Path, default=HERE.parent / "build/real")
    told = known.parse_args()
    if not told.data.is_dir():
        raise SystemExit(f"there is no folder {told.data}; name the one that holds the data sets with --data or KEEPSCORE_DATA")
    main(told.data.resolve(), told.out.resolve())
