"""Imports a fixed run of small files into a store, one after the other; killed by its test at random moments.

As a program it reads `STORE LOG FILE...` lines and imports those files in a fork of itself, which spares every run the start of Python.
It answers with the process id of the fork, and with its exit status once that has ended.
"""

import os
import sys
import traceback
from datetime import timedelta

from store_builders import NOW, judged, moment, pause, record

from keepscore.records.store import RecordStore

FILES = 6
UNDO = -1  # in the place of a file: undo the last batch


def file(number):
    """Each file brings new records, corrects one of the file before, moves one to another month, and replaces pauses."""
    start = moment("2026-01-05") + timedelta(days=20 * number)
    rows = [record(f"T-{number}-{i}", f"{start + timedelta(days=i):%Y-%m-%d}") for i in range(4)]
    if number:
        rows.append(record(f"T-{number - 1}-0", "2026-05-01", priority="corrected"))
    pauses = [pause(row["reference"], "2026-05-02", f"2026-05-{number + 3:02d}") for row in rows[::2]]
    outage = {"source": "desk", "reference": f"O-{number // 2}", "client": "marlowe", "component": "wan"}
    outages = [{**outage, "started_at": start, "planned": False}]
    return judged(rows, pauses=pauses, outages=outages, newest=moment("2026-05-01") + timedelta(hours=number))


def run(place, numbers, log=None):
    for number in numbers:
        if number == UNDO:
            store = RecordStore(place)
            store.undo_last(now=NOW, expected=store.batches()[-1].id)
            continue
        RecordStore(place).import_checked(file(number), source="desk", now=NOW)
        if log is not None:
            os.write(log, b".")


def forked(place, log, numbers):
    pid = os.fork()
    if pid == 0:
        try:
            run(place, numbers, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        store, acknowledged, *files = line.split()
        child = forked(store, acknowledged, [int(number) for number in files])
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)
