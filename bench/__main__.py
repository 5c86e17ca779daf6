"""`python -m bench [--n 1000000] [--only NAME] [--quick] [--full]`: measures, and prints each number beside its bar."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass

from bench.workload import workload


@dataclass(frozen=True, slots=True)
class Figure:
    """One job in a process of its own."""

    cpu: float  # seconds of all its threads, imports left out
    wall: float
    peak: int  # MB
    facts: dict[str, float | str]


def measure(job: str, n: int) -> Figure | None:
    """None where the job says why it cannot run, which is printed."""
    done = subprocess.run([sys.executable, "-m", "bench.jobs", job, str(n)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{job}: {(done.stderr.strip().splitlines() or ['failed without a word'])[-1]}", flush=True)
        return None
    return Figure(**json.loads(done.stdout.splitlines()[-1]))


def row(what: str, measured: str, bar: str, ratio: float | None, ok: bool | None) -> None:
    verdict = "" if ok is None else "ok" if ok else "misses"
    print(f"{what:<44} {measured:<44} {bar:<26} {'' if ratio is None else f'{ratio:.2f}':>9} {verdict}", flush=True)


def told(figure: Figure) -> str:
    return f"{figure.cpu:.2f} CPU-s, {figure.wall:.2f} s, {figure.peak} MB"


def full(n: int) -> None:
    check = measure("compare", n)
    if check is None or check.facts["differ"]:
        print(f"engine and rival differ, no ratio is printed: {check and check.facts}")
        return
    ours, theirs = measure("engine", n), measure("rival", n)
    if ours and theirs:
        row(f"DuckDB SQL by hand, W({n:,})", told(theirs), f"the same {check.facts['cells']} cells", None, None)
        row(f"engine, W({n:,})", told(ours), "<= 1.15 x its CPU", ours.cpu / theirs.cpu, ours.cpu <= 1.15 * theirs.cpu)


def limited(n: int) -> None:
    free, held = measure("engine", n), measure("limited", n)
    if free and held:
        row("memory limit of 512 MB", told(held), "<= 1.4 x CPU", held.cpu / free.cpu, held.cpu <= 1.4 * free.cpu)


def growth(n: int) -> None:
    small, large = measure("engine", n), measure("engine", 10 * n)
    if small and large:
        row(f"growth {n:,} to {10 * n:,}", told(large), "<= 10 x", large.cpu / small.cpu, large.cpu <= 10 * small.cpu)


def one_day(n: int) -> None:
    everything, day = measure("engine", n), measure("one-day", n)
    if everything and day:
        row(f"one day of new records ({day.facts['records']:,})", told(day), "<= 1/5 of the full run", day.cpu / everything.cpu,
            day.cpu <= everything.cpu / 5)


def per_record(n: int) -> None:
    ours, theirs = measure("service-time", n), measure("library", n)
    if ours and theirs:
        a, b = float(ours.facts["microseconds"]), float(theirs.facts["microseconds"])
        row("service time per record", f"{a:.3f} us; library {b:.0f} us", ">= 1,000 x faster", b / a, b >= 1000 * a)


# job: what is printed, the fact that is compared (or cpu), its limit, peak memory where that has a bar too
SIMPLE: dict[str, tuple[str, str, float, int | None]] = {
    "one-client": ("one client's 24 months, warm", "seconds", 0.2, None),
    "import": ("import of 100,000 rows of CSV", "seconds", 10, 400),
    "contracts": ("10,000 contracts loaded and checked", "seconds", 20, None),
    "pdf": ("PDF after the first", "seconds", 0.1, None),
    "bundle": ("bundle of 10,000 records", "publish", 3, None),
    "verify": ("verification of that bundle", "verify", 3, None),
    "start": ("keepscore --help", "seconds", 0.4, None),
}


def simple(job: str, n: int) -> None:
    what, fact, limit, peak = SIMPLE[job]
    figure = measure(job, n)
    if figure is None:
        return
    found = float(figure.facts[fact])
    bar = f"<= {limit:g} s" + (f", <= {peak} MB" if peak else "")
    row(what, f"{found:.3f} s, {figure.peak} MB", bar, found / limit, found <= limit and (peak is None or figure.peak <= peak))


SEVERAL = {"full": full, "limited": limited, "one-day": one_day, "per-record": per_record}
JOBS = (*SEVERAL, *SIMPLE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000, help="records of the workload")
    parser.add_argument("--only", choices=(*JOBS, "growth"))
    parser.add_argument("--quick", action="store_true", help="100,000 records")
    parser.add_argument("--full", action="store_true", help="growth to ten times as many, too")
    asked = parser.parse_args()
    n = 100_000 if asked.quick else asked.n
    workload(n)
    print(f"{os.cpu_count()} cores; CPU-seconds of a fresh process, imports and reading of contracts left out", flush=True)
    row("what", "measured", "bar", None, None)
    for name in (asked.only,) if asked.only else (*JOBS, *(("growth",) if asked.full else ())):
        if name == "growth":
            growth(n)
        elif name in SIMPLE:
            simple(name, n)
        else:
            SEVERAL[name](n)


if __name__ == "__main__":
    main()
