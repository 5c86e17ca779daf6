"""One job of the bench, run in this process: `python -m bench.jobs JOB N` prints its figure as JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.workload import AS_OF, END, HISTORY, PERIOD, contract, contracts, place_of, workload
from keepscore.engine import score
from keepscore.engine.contract.model import Contract

Facts = dict[str, float | str]
Job = Callable[[], Facts]


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _import() -> None:
    """What either side would import late: imports are not measured."""
    import holidays.countries  # noqa: F401
    import ibis.backends.duckdb  # noqa: F401
    import pandas as pd  # noqa: F401  the database looks whether it is there

    import keepscore.engine.assembly  # noqa: F401


def engine(n: int, memory: str | None = None) -> Job:
    _import()
    work = workload(n)
    agreed = contracts(work)

    def run() -> Facts:
        return {"cards": len(score(agreed, work.tables(), period=PERIOD, as_of=AS_OF, history=HISTORY, memory=memory))}

    return run


def sql(n: int) -> Job:
    from bench.rival import rival

    _import()
    work = workload(n)
    return lambda: {"cells": len(rival(work))}


def compared(n: int) -> Job:
    from bench.full import compare

    def run() -> Facts:
        cells, differ = compare(n)
        return {"cells": cells, "differ": "; ".join(differ[:3])}

    return run


def service_time(n: int) -> Job:
    """Two look-ups and a subtraction for every record, as the engine does them, summed; the calendar table stands."""
    import duckdb

    from bench.rival import _c, _look_ups

    work = workload(n)
    raw = duckdb.connect()
    _look_ups(raw, work)
    raw.execute(
        "CREATE TEMP TABLE r AS SELECT base, anchor, epoch_us(opened_at) // 1000000 AS a, epoch_us(resolved_at) // 1000000 AS b "
        "FROM read_parquet(?) JOIN clients USING (client) WHERE resolved_at IS NOT NULL",
        [work.file("records")],
    )
    query = (
        f"SELECT sum(({_c('b', 'y')}) - ({_c('a', 'x')})) FROM r "
        "JOIN cal x ON base + (a - anchor) // 86400 = x.key JOIN cal y ON base + (b - anchor) // 86400 = y.key"
    )

    def run() -> Facts:
        begun = _cpu()
        raw.execute(query).fetchall()
        return {"microseconds": (_cpu() - begun) / n * 1e6}

    return run


def library(n: int) -> Job:
    """businesstimedelta on a sample of 300 records of the first client (no holidays: a kindness to it)."""
    try:
        import businesstimedelta as bt
        import pytz
    except ImportError:
        raise SystemExit("the library businesstimedelta is not installed; pip install businesstimedelta") from None
    work = workload(n)
    place = place_of(0)
    day = bt.WorkDayRule(
        start_time=datetime(2000, 1, 1, 9).time(),  # noqa: DTZ001
        end_time=datetime(2000, 1, 1, 17).time(),  # noqa: DTZ001
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone(place.zone),
    )
    rules = bt.Rules([day])
    sample = pq.ParquetFile(work.file("records")).read_row_group(0, columns=["opened_at", "resolved_at"]).slice(0, 300).to_pylist()
    spans = [(row["opened_at"], row["resolved_at"]) for row in sample if row["resolved_at"]]

    def run() -> Facts:
        begun = _cpu()
        for start, end in spans:
            rules.difference(start, end)
        return {"microseconds": (_cpu() - begun) / len(spans) * 1e6, "sample": len(spans)}

    return run


def one_client(n: int) -> Job:
    work = workload(n)
    agreed = contracts(work)[:1]

    def run() -> Facts:
        def once() -> None:
            score(agreed, work.tables(), period=PERIOD, as_of=AS_OF, history=HISTORY)

        once()
        return {"seconds": min(_seconds(once) for _ in range(3))}

    return run


def one_day(n: int) -> Job:
    """The last day's records loaded into a store that holds all others, and the month that they touch scored for every client."""
    from keepscore.records.door import Checked
    from keepscore.records.store import RecordStore

    _import()
    work = workload(n)
    agreed, store = contracts(work), RecordStore(Path(tempfile.mkdtemp(prefix="keepscore-bench-")) / "store")
    whole = {name: pq.read_table(work.file(name)) for name in ("records", "pauses", "outages")}
    is_new = pc.greater_equal(whole["records"]["opened_at"], pa.scalar(END - timedelta(days=1), whole["records"]["opened_at"].type))
    new = whole["records"].filter(is_new)
    is_paused = pc.is_in(whole["pauses"]["reference"], new["reference"].combine_chunks())
    before = {**whole, "records": whole["records"].filter(pc.invert(is_new)), "pauses": whole["pauses"].filter(pc.invert(is_paused))}
    day = {"records": new, "pauses": whole["pauses"].filter(is_paused), "outages": whole["outages"].slice(0, 0)}

    def load(tables: dict[str, pa.Table], number: int) -> None:
        checked = Checked(tables, (), 0, tables["records"].num_rows, (), f"{number:064d}", f"{number:064d}", END)
        store.import_checked(checked, source="desk", now=AS_OF, exported_at=AS_OF + timedelta(seconds=number), complete_to=END)

    load(before, 1)

    def run() -> Facts:
        load(day, 2)
        return {"cards": len(score(agreed, store.tables(), period=PERIOD, as_of=AS_OF, history=0)), "records": new.num_rows}

    return run


def imported(n: int) -> Job:
    from keepscore.records.door import check_file
    from keepscore.records.mapping import load_mapping
    from keepscore.records.store import RecordStore

    folder = Path(tempfile.mkdtemp(prefix="keepscore-bench-"))
    _csv(n, folder / "records.csv")
    names = ("reference", "client", "function", "opened_at", "due_at", "resolved_at", "priority", "effort_minutes", "in_scope")
    lines = ["keepscore: 1", "source: desk", "format: csv", "timezone: UTC", "fields:", *(f"  {name}: {name}" for name in names)]
    (folder / "mapping.yaml").write_text("\n".join(lines))

    def run() -> Facts:
        def once() -> None:
            now = datetime(2028, 1, 1, tzinfo=UTC)  # after everything in the workload
            checked = check_file(folder / "records.csv", load_mapping(folder / "mapping.yaml"), now=now)
            assert checked.accepted, checked.errors[:2]
            RecordStore(folder / "store").import_checked(checked, source="desk", now=now, complete_to=now - timedelta(days=1))

        return {"seconds": _seconds(once)}

    return run


def _csv(n: int, path: Path) -> None:
    """Written by another process, so that its memory is not ours."""
    script = (
        "import sys, pyarrow.parquet as pq, pyarrow.csv as c, pyarrow as pa, pyarrow.compute as pc\n"
        "t = pq.ParquetFile(sys.argv[1]).read_row_group(0).slice(0, 100000)\n"
        "t = t.select(['reference','client','function','opened_at','due_at','resolved_at','priority','effort_minutes','in_scope'])\n"
        "for i, f in enumerate(t.schema):\n"
        "    if pa.types.is_timestamp(f.type):\n"
        "        t = t.set_column(i, f.name, pc.strftime(t[i].cast(pa.timestamp('s', tz='UTC')), '%Y-%m-%dT%H:%M:%SZ'))\n"
        "c.write_csv(t, sys.argv[2])\n"
    )
    subprocess.run([sys.executable, "-c", script, workload(n).file("records"), str(path)], check=True)


def many_contracts(n: int) -> Job:
    from keepscore.engine.contract import load_contracts

    folder = Path(tempfile.mkdtemp(prefix="keepscore-bench-"))
    for number in range(10_000):
        text = (
            f"keepscore: 1\nclient: {{key: c{number}, name: Client {number}, timezone: {place_of(number).zone}}}\nversions:\n"
            "  - from: 2026-01-01\n    calendars:\n"
            f"      office: {{timezone: {place_of(number).zone}, hours: {{mon-fri: '09:00-17:00'}}}}\n"
            "    priorities: [P1, P2]\n    measures:\n      - key: within\n        name: Within the limit\n"
            "        sub_area: delivery-against-targets\n"
            "        kept_when: {within: {P1: 4h, P2: 8h}, by: priority, calendar: office}\n        target: {at_least: 92%}\n"
        )
        (folder / f"c{number}.yaml").write_text(text)
    return lambda: {"seconds": _seconds(lambda: load_contracts(folder))}


def _one(n: int) -> tuple[Contract, Any, Any]:
    """A contract, at most 10,000 of its client's records, and its scorecard."""
    from dataclasses import replace

    work = workload(n)
    records = pq.ParquetFile(work.file("records")).read_row_group(0).slice(0, 10_000)
    records = records.set_column(2, records.schema.field("client"), pa.repeat(work.clients[0], records.num_rows))
    tables = replace(work.tables(), records=records)
    agreed = contract(0, work.clients[0], np.load(work.folder / "plans.npy")[0])
    return agreed, tables, score([agreed], tables, period=PERIOD, as_of=AS_OF, history=3)[0]


def pdf(n: int) -> Job:
    from keepscore.documents.pdf import scorecard_pdf
    from keepscore.documents.scorecard import page

    sheet = page(_one(n)[2])

    def run() -> Facts:
        scorecard_pdf(sheet, timestamp=AS_OF)
        return {"seconds": min(_seconds(lambda: scorecard_pdf(sheet, timestamp=AS_OF)) for _ in range(5))}

    return run


def bundle(n: int) -> Job:
    from keepscore.evidence import keys
    from keepscore.evidence.publish import publish
    from keepscore.evidence.verify import verify

    agreed, tables, card = _one(n)
    folder = Path(tempfile.mkdtemp(prefix="keepscore-bench-"))
    key = keys.signing_key(folder / "keys", now=AS_OF)

    def run() -> Facts:
        done: list[Any] = []
        spent = _seconds(
            lambda: done.append(publish(card, contract=agreed, tables=tables, at=AS_OF, out=folder / "out", key=key))
        )
        return {"publish": spent, "verify": _seconds(lambda: verify(done[0].path))}

    return run


def start(n: int) -> Job:
    command = [str(Path(sys.executable).parent / "keepscore"), "--help"]
    return lambda: {"seconds": min(_seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5))}


JOBS: dict[str, Callable[[int], Job]] = {
    "engine": engine, "limited": lambda n: engine(n, "512MB"), "rival": sql, "compare": compared, "one-day": one_day,
    "service-time": service_time, "library": library, "one-client": one_client, "import": imported, "contracts": many_contracts,
    "pdf": pdf, "bundle": bundle, "verify": bundle, "start": start,
}  # fmt: skip


def main() -> None:
    job = JOBS[sys.argv[1]](int(sys.argv[2]))
    cpu, wall = _cpu(), time.perf_counter()
    facts = job()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall, "peak": peak, "facts": facts}))


if __name__ == "__main__":
    main()
