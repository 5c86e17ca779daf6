"""Write one contract a country, with last year's deliveries as the planned volume of each year.

    python examples/scms_delivery/make_contract.py SCMS_Delivery_History_Dataset.csv OUT

The data set has no planned volumes. "As many as last year" is our assumption, and every file says so.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
TERMS = HERE / "contract.yaml"
NOTE = "# Planned volume: ours. Each year's plan is the year before's actual deliveries, because the data set names no plan.\n"


def deliveries_by_year(source: Path) -> dict[str, Counter[int]]:
    """Country to delivery year to number of delivered lines. The file ends its lines with carriage returns alone."""
    text = source.read_text(encoding="utf-8-sig")      # universal newlines turn the returns into line feeds
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for row in csv.DictReader(io.StringIO(text, newline="")):
        counts[row["Country"]][datetime.strptime(row["Delivered to Client Date"], "%d-%b-%y").year] += 1  # noqa: DTZ007
    return dict(counts)


def contract_text(country: str, years: Counter[int], terms: str) -> str:
    """The common terms with this country as the client and its plans."""
    plans = ", ".join(f"{{volume: {years[year - 1]}, per: year, from: {year}-01-01}}" for year in range(min(years) + 1, 2016))
    name = country.replace("\\", "\\\\").replace('"', '\\"')
    planned = f", planned: [{plans}]" if plans else ""
    text = terms.replace("every: {timezone: UTC}", f'client: {{key: "{name}", name: "{name}", timezone: UTC}}')
    return NOTE + text.replace("name: Deliveries}", f"name: Deliveries{planned}}}")


def main(source: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    terms = TERMS.read_text(encoding="utf-8")
    for number, (country, years) in enumerate(sorted(deliveries_by_year(source).items()), 1):
        (out / f"{number:02}.yaml").write_text(contract_text(country, years, terms), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
