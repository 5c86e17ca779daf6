"""`python -m bench.web`: CPU of each page, then 50 people browsing while a file is imported and every client is scored again.

`--home` keeps what was built, so that it is measured again at once; without it a temporary folder is used and removed.
"""

from __future__ import annotations

import argparse
import os
import socket
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import web_home, web_load, web_pages


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.web", description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=50, help="browsing at once")
    parser.add_argument("--think", type=float, default=5.0, help="seconds somebody looks at a page, on average")
    longer = "how long they browse at least; they go on until the file is in and every client is scored"
    parser.add_argument("--seconds", type=int, default=120, help=longer)
    parser.add_argument("--rows", type=int, default=100_000, help="of the file that is imported meanwhile")
    parser.add_argument("--home", type=Path, help="where the installation is built and kept")
    parser.add_argument("--only", choices=["build", "pages", "load"])
    parser.add_argument("--page", default="", help="only pages whose name holds this")
    asked = parser.parse_args()
    with nullcontext(asked.home) if asked.home else TemporaryDirectory(prefix="keepscore-bench-") as folder:
        home, port = Path(folder), _free_port()
        home.mkdir(parents=True, exist_ok=True)
        web_home.settings(home, port=port)
        print(f"{asked.clients} clients, {asked.records:,} records, {os.cpu_count()} cores; {_load()}", flush=True)
        web_home.build(home, clients=asked.clients, records=asked.records, people=asked.people)
        if asked.only in (None, "pages"):
            web_pages.measure(asked.page)
            print(_load(), flush=True)
        if asked.only in (None, "load"):
            web_load.measure(home, port=port, people=asked.people, seconds=asked.seconds, rows=asked.rows, think=asked.think)
            print(_load(), flush=True)


def _load() -> str:
    return "load of the machine over 1, 5 and 15 minutes: " + ", ".join(f"{value:.1f}" for value in os.getloadavg())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
