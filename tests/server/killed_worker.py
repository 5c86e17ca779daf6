"""An installation whose worker is killed by its test at random moments.

As a program it makes the installation in `HOME`, with a file to be imported and a scorecard to be published, then reads lines:
`work` does in a fork what the worker would, and answers with the fork's process id and then its exit status; `told` answers with
what stands in the installation; `anew` puts everything back to the beginning.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any


def made(home: Path) -> None:
    """The cast, its records and scores; a file asked for, and a wish to publish."""
    from keepscore.clients.models import Client
    from keepscore.intake import operations as intake
    from keepscore.intake.store import the_store
    from keepscore.scorecards import operations as scorecards
    from keepscore.scorecards.numbers import shown_of, templates_of
    from keepscore.scores.models import Score
    from tests import world
    from tests.intake.files_in import csv, declared, received

    cast = world.build(the_store(), home)
    opened = "2026-10-0{day}T09:00:00Z,2026-10-0{day}T1{hour}:00:00Z"
    rows = [f"N-000{number},acme,desk,P1,Leeds,{opened.format(day=5 + number, hour=number)},20" for number in range(4)]
    intake.ask_import(batch=received(csv(rows), by=cast.dan, source=declared()), by=cast.dan, at=world.NOW)
    score = Score.objects.select_related("contract__client", "client").get(client=Client.objects.get(key="acme"), period="2026-Q3")
    shown = shown_of(score, templates_of(score))
    scorecards.ask_to_publish(score=score, shown=shown, reason="", by=cast.dana, at=world.NOW)


def work() -> None:
    """What the worker does after a start: what is due, then the jobs that wait. A silent run counts as killed at once."""
    from django.utils import timezone

    from keepscore.intake import operations as intake
    from keepscore.intake.models import Batch, State
    from keepscore.scorecards import publishing
    from keepscore.scores import operations as scores
    from keepscore.scores.models import Run
    from keepscore.server.due import run_due
    from tests.world import NOW

    Run.objects.filter(state=Run.State.RUNNING).update(beat_at=timezone.now() - timedelta(days=1))
    run_due(now=NOW)
    for batch in Batch.objects.filter(state=State.IMPORTING):
        intake.load(pk=batch.pk, now=NOW)
    scores.score_touched(now=NOW)
    publishing.publish_waiting(at=NOW)


def told() -> dict[str, Any]:
    """Everything that a reader could see; what may differ from run to run (moments of real time, ids) is left out."""
    from django.db.models import Count

    from keepscore.intake.models import Batch
    from keepscore.intake.store import the_store
    from keepscore.scorecards.models import Publishing, Scorecard
    from keepscore.scores.judged import judged_rows
    from keepscore.scores.models import MeasureScore, Score, Touched
    from keepscore.users.models import AuditEntry

    kept = the_store().read("records").sort_by([("client", "ascending"), ("reference", "ascending")])
    done = AuditEntry.objects.filter(action__in=["import.done", "scorecard.published"])
    scores = {f"{s.contract.key} {s.client.key} {s.period}": s for s in Score.objects.select_related("contract", "client")}
    return {
        "records": [kept.num_rows, _digest(kept.select(["client", "reference", "opened_at", "resolved_at"]).to_pylist())],
        "batches": sorted(Batch.objects.values_list("state", "inserted")),
        "scores": {name: _digest(score.result) for name, score in sorted(scores.items())},
        "judged": {name: judged_rows(score).num_rows for name, score in sorted(scores.items())},
        "measures": MeasureScore.objects.count(),
        "marks": Touched.objects.count(),
        "scorecards": sorted(Scorecard.objects.values_list("client__key", "period", "number", "state")),
        "wishes": sorted(Publishing.objects.values_list("state", flat=True)),
        "audit": dict(done.values_list("action").annotate(Count("pk"))),
    }


def _digest(what: Any) -> str:
    return sha256(json.dumps(what, default=str, sort_keys=True).encode()).hexdigest()


def forked(do: Callable[[], Any]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            do()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    return pid


def main(home: Path) -> None:
    from keepscore.server import start

    start.configure(home)
    beginning = home.with_name("beginning")

    def begin() -> None:
        start.prepare(collect=False)
        made(home)

    assert os.waitpid(forked(begin), 0)[1] == 0      # in a fork: whoever forks later holds no connection and no thread
    shutil.copytree(home, beginning)
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "anew\n":
            shutil.rmtree(home)
            shutil.copytree(beginning, home)
            print("done", flush=True)
        elif line == "told\n":
            os.waitpid(forked(lambda: print(json.dumps(told()))), 0)
        else:
            child = forked(work)
            print(child, flush=True)
            print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
