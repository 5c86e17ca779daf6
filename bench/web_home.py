"""An installation of many clients to measure the web application on: built once, by the rooms' own operations.

The records alone take a short cut: they go into the record store as one batch of tables, not through a file of CSV.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from bench import workload

TODAY = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 8, tzinfo=UTC)
COMPLETE_TO = datetime(2026, 12, 31, tzinfo=UTC)
FROM, OVER = "2026-07", "2026-Q3"        # scored from this month on: one finished quarter and the present one
PER_LEAD, PUBLISHED = 10, 3
BUILT = "built.json"
LEADER, DATA, ADMINISTRATOR = "leader@bench.example", "data@bench.example", "admin@bench.example"


@dataclass(frozen=True, slots=True)
class Checked:
    """Tables in the place of a file that passed the door."""

    tables: dict[str, pa.Table]
    ready: pa.Array
    content_digest: str
    newest: datetime
    rejected_rows: tuple[int, ...] = ()
    file_sha256: str = "0" * 64


def person(number: int) -> str:
    return f"person{number:03}@bench.example"


def settings(home: Path, *, port: int) -> None:
    """Settings of this installation for this process and those that it starts."""
    os.environ |= {
        "KEEPSCORE_TODAY": TODAY.isoformat(), "KEEPSCORE_VENDOR": "Harbourline", "KEEPSCORE_ADDRESS": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "keepscore.server.settings",
    }  # fmt: skip
    for name in ("KEEPSCORE_STORE", "DATABASE_URL", "KEEPSCORE_DEBUG"):
        os.environ.pop(name, None)
    from keepscore.server import start

    start.configure(home.absolute())
    start.prepare()


def build(home: Path, *, clients: int, records: int, people: int) -> None:
    """Everything in the home, unless it is there; prints the seconds that each step took."""
    mark = home / BUILT
    if mark.exists():
        for name, seconds in json.loads(mark.read_text(encoding="utf-8")).items():
            print(f"  {name}: {seconds} s, when it was built", flush=True)
        return
    work = workload.Workload(records, home / "workload", tuple(f"client-{number:05}" for number in range(clients)))
    took: dict[str, float] = {}

    def step(name: str, do: Callable[[], Any]) -> None:
        began = time.perf_counter()
        do()
        took[name] = round(time.perf_counter() - began, 1)
        print(f"  {name}: {took[name]} s", flush=True)

    step("workload made", lambda: (work.folder.mkdir(parents=True, exist_ok=True), workload._write(work)))
    step("people added", lambda: _people(clients, people))
    step("clients and contracts saved", lambda: _clients(work))
    step("records in the store", lambda: _records(work))
    step("two quarters scored", lambda: _score(work))
    step("scorecards published", lambda: _publish())
    mark.write_text(json.dumps(took), encoding="utf-8")


def _people(clients: int, people: int) -> None:
    from keepscore.users.models import User
    from keepscore.users.roles import Role

    leads = -(-clients // PER_LEAD)
    roles = {LEADER: Role.LEADER, DATA: Role.DATA, ADMINISTRATOR: Role.ADMINISTRATOR}
    roles |= {person(number): Role.LEAD if number < 2 * leads else Role.EXECUTIVE for number in range(max(people, leads))}
    for email, role in roles.items():
        User.objects.create_user(email=email, name=email.split("@")[0].title(), role=role)      # nobody of them has a password


def _clients(work: workload.Workload) -> None:
    """An account lead looks after ten clients, and a second person with them."""
    from keepscore.clients.operations import add_client
    from keepscore.contracts.operations import save_contract
    from keepscore.users.models import User

    users = {user.email: user for user in User.objects.all()}
    plans, leads = np.load(work.folder / "plans.npy"), -(-len(work.clients) // PER_LEAD)
    for number, key in enumerate(work.clients):
        second = users.get(person(leads + number // PER_LEAD))
        client = add_client(
            key=key, name=key.title(), lead=users[person(number // PER_LEAD)], team=[second] if second else [], by=users[LEADER], at=NOW
        )
        text = yaml.safe_dump(plain(workload.contract_values(number, key, plans[number])), sort_keys=False)
        save_contract(client=client, text=text, by=users[LEADER], at=NOW, today=TODAY, note="As signed")


def plain(value: Any) -> Any:
    """The same of lists and dicts alone, as YAML writes them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _records(work: workload.Workload) -> None:
    from keepscore.intake.models import Source
    from keepscore.intake.store import the_store

    tables = {name: pq.read_table(work.file(name)) for name in ("records", "pauses", "outages")}
    checked = Checked(tables, pa.array([], pa.bool_()), f"{work.n:064d}", COMPLETE_TO)
    the_store().import_checked(checked, source="desk", now=NOW, exported_at=COMPLETE_TO, complete_to=COMPLETE_TO)
    Source.objects.create(name="desk", complete_to=COMPLETE_TO, records=work.n)


def _score(work: workload.Workload) -> None:
    from keepscore.scores import operations as scores
    from keepscore.scores.models import Touched

    Touched.objects.all().delete()      # a saved contract asks for every period
    scores.touch(months=[(key, FROM) for key in work.clients], at=NOW)
    scores.score_touched(now=NOW)
    _forget_jobs()


def _publish() -> None:
    from keepscore.scorecards import operations as scorecards
    from keepscore.scorecards.models import Publishing
    from keepscore.scorecards.numbers import shown_of, templates_of
    from keepscore.scorecards.publishing import publish_waiting
    from keepscore.scores.models import Score

    for score in Score.objects.filter(period=OVER).select_related("client__lead", "contract__client").order_by("client__key")[:PUBLISHED]:
        try:
            scorecards.ask_to_publish(score=score, shown=shown_of(score, templates_of(score)), reason="", by=score.client.lead, at=NOW)
        except scorecards.CannotPublishYet as problem:
            print(f"  {score.client.key}: {problem}")
    publish_waiting(at=NOW)
    for wish in Publishing.objects.filter(scorecard=None):
        print(f"  {wish.contract.client.key}: {wish}")
    _forget_jobs()


def _forget_jobs() -> None:
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.all().delete()
