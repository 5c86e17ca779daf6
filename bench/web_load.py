"""People browsing over HTTP while a file is imported and every client is scored again.

Each person is a thread with a connection and a session of its own; the sessions are made beforehand, so signing in is left out.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.web_home import DATA, LEADER, OVER, PER_LEAD, person

WRITES_EVERY, LONGEST_WAIT = 2.0, 2.0      # seconds
LONGEST_RUN = 1800      # seconds after which people stop browsing, whatever is done by then
FORM = "application/x-www-form-urlencoded"
MAPPING = """\
keepscore: 1
source: desk
timezone: UTC
fields:
  reference: number
  client: client
  function: function
  priority: priority
  opened_at: opened
  resolved_at: closed
  effort_minutes: minutes
  in_scope: {constant: "true"}
"""


@dataclass
class Told:
    """What came back, from all threads."""

    statuses: Counter[str] = field(default_factory=Counter)
    reads: list[tuple[float, str]] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    locks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)
    took: float = 0.0

    def event(self, what: str) -> None:
        self.events.append(f"{time.perf_counter() - self.began:6.1f} s  {what}")
        print(f"  {self.events[-1]}", flush=True)


class Visitor:
    """One signed-in person with a connection that is kept."""

    def __init__(self, port: int, session: str, told: Told) -> None:
        self.port, self.told = port, told
        self.cookies = {"keepscore": session}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, address: str, body: bytes | None = None, kind: str = FORM) -> tuple[int, str, bytes]:
        """Status, where it leads, and the body; an answer that never came is an error of status 0."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "Host": f"127.0.0.1:{self.port}"}
        if body is not None:
            headers["Content-Type"] = kind
        try:
            self.connection.request(method, address, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self.connection.close()
            self.told.errors.append(f"{method} {address}: {type(problem).__name__} {problem}")
            return 0, "", b""
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self.told.statuses[f"{method} {answer.status}"] += 1
        if answer.status >= 400:
            self.told.errors.append(f"{method} {address}: {answer.status}")
        return answer.status, answer.headers.get("Location", ""), content

    def get(self, address: str) -> bytes:
        began = time.perf_counter()
        content = self.ask("GET", address)[2]
        self.told.reads.append((time.perf_counter() - began, address))
        return content

    def post(self, address: str, **fields: str) -> str:
        """Send a form; where it leads."""
        form = urlencode({"csrfmiddlewaretoken": self.cookies["keepscore-csrf"], **fields}).encode()
        began = time.perf_counter()
        leads = self.ask("POST", address, form)[1]
        self.told.writes.append(time.perf_counter() - began)
        return leads

    def upload(self, name: str, content: bytes) -> str:
        edge = "keepscore-bench"
        token = f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.cookies["keepscore-csrf"]}\r\n'
        file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        body = token.encode() + file.encode() + content + f"\r\n--{edge}--\r\n".encode()
        began = time.perf_counter()
        leads = self.ask("POST", "/import/upload/", body, f"multipart/form-data; boundary={edge}")[1]
        self.told.writes.append(time.perf_counter() - began)
        return leads


def measure(home: Path, *, port: int, people: int, seconds: int, rows: int, think: float) -> None:
    """Serve the home, let everybody in, and print what they met. `think` are the seconds somebody looks at a page, on average."""
    sessions = _sessions(people)
    clients = _clients()
    content = _csv(clients, rows)
    server = subprocess.Popen(
        [sys.executable, "-m", "keepscore.cli", "serve", "--home", str(home), "--port", str(port)], env=os.environ.copy(),
        start_new_session=True, stdout=(home / "serve.log").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _until_it_answers(port)
        told = Told()
        _run(home, told, port=port, sessions=sessions, clients=clients, content=content, seconds=seconds, think=think)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
    _print(told, people=people, rows=rows)


def _run(
    home: Path, told: Told, *, port: int, sessions: dict[str, str], clients: list[str], content: bytes, seconds: int, think: float
) -> None:
    over = threading.Event()
    browsing = [email for email in sessions if email not in (DATA, LEADER)]
    jobs = [threading.Thread(target=_browse, args=(Visitor(port, sessions[email], told), clients, number, think, over))
            for number, email in enumerate(browsing)]  # fmt: skip
    by_hand = [Visitor(port, sessions[email], told) for email in (DATA, LEADER)]
    work = threading.Thread(target=_work, args=(*by_hand, clients, content, over))
    jobs += [
        threading.Thread(target=_write, args=(Visitor(port, sessions[LEADER], told), over)),
        threading.Thread(target=_lock, args=(home / "keepscore.sqlite3", told, over)),
        work,
    ]
    for job in jobs:
        job.start()
    time.sleep(seconds)
    work.join(max(0, LONGEST_RUN - seconds))      # they go on browsing until the file is in and everybody is scored
    over.set()
    told.took = time.perf_counter() - told.began
    for job in jobs:
        job.join()


def _browse(visitor: Visitor, clients: list[str], number: int, think: float, over: threading.Event) -> None:
    """From the portfolio to a client, its measures, its scorecards, and back."""
    dice, leads = random.Random(number), -(-len(clients) // PER_LEAD)
    first = (number % leads) * PER_LEAD
    own = clients[first : first + PER_LEAD] if number < 2 * leads else clients
    over.wait(dice.random() * 2 * think)
    while not over.is_set():
        at = f"/clients/{dice.choice(own)}"
        walk = ["/", f"{at}/", f"{at}/measures/", f"{at}/measures/on-time/?period={OVER}", f"{at}/scorecards/"]
        others = ("/measures/", "/measures/on-time/", "/search/?q=client-0000", f"{at}/contract/", f"{at}/scorecards/{OVER}/draft/")
        walk.append(dice.choice(others))
        for address in walk:
            content = visitor.get(address)
            if "/measures/on-time/?" in address and dice.random() < 0.5 and (record := _link(content, f"{at}/records/")):
                visitor.get(record)
            if over.wait(think * (0.5 + dice.random())):
                return


def _link(content: bytes, begins: str) -> str:
    start = content.find(f'href="{begins}'.encode())
    return content[start + 6 : content.find(b'"', start + 6)].decode() if start >= 0 else ""


def _write(visitor: Visitor, over: threading.Event) -> None:
    """Every other second a person changes their own page."""
    visitor.get("/me/")
    number = 0
    while not over.wait(WRITES_EVERY):
        number += 1
        visitor.post("/me/", name=f"Leader {number % 2}", theme="auto", language="en", uses_shortcuts="on")


def _lock(database: Path, told: Told, over: threading.Event) -> None:
    """How long any writer waits for the database alone, without a page's time."""
    held = sqlite3.connect(database, timeout=30, isolation_level=None)
    while not over.wait(0.2):
        began = time.perf_counter()
        held.execute("BEGIN IMMEDIATE")
        held.execute("ROLLBACK")
        told.locks.append(time.perf_counter() - began)
    held.close()


def _work(data: Visitor, leader: Visitor, clients: list[str], content: bytes, over: threading.Event) -> None:
    """The leader asks for a full run of every client; the file is handed in and imported by the data person meanwhile."""
    told = data.told
    leader.get("/me/")
    for slug in clients:
        leader.post(f"/clients/{slug}/score-again/")
        if over.is_set():
            return
    told.event("a full run of every client is asked")
    data.ask("GET", "/import/")
    batch = data.upload("december.csv", content)
    told.event(f"the file is handed in, {len(content) / 1e6:.1f} MB")
    if _until(data, batch, ("received", "ready", "needs-decision"), over) == "received":
        data.post(f"{batch}columns/?as=yaml", text=MAPPING)
        _until(data, batch, ("ready", "needs-decision"), over)
    if over.is_set():
        told.event(f"it is not checked yet; {_runs()}")
        return
    told.event("it is checked")
    data.post(f"{batch}import/")
    told.event(f"it is {_until(data, batch, ('imported', 'ready', 'needs-decision'), over)}")
    told.event(_runs())
    while not over.wait(3):
        done = _runs()
        if done:
            told.event(done)
            if done.startswith("all"):
                return


_said = ""


def _runs() -> str:
    """What the worker says of its runs, when that is new."""
    from django.db import connection

    from keepscore.scores.models import Run, Touched

    global _said
    runs = [f"{run.done} of {run.total} ({run.state})" for run in Run.objects.order_by("-id")[:1]]
    waiting = Touched.objects.count()
    connection.close()
    said = f"scored {', '.join(runs)}; {waiting} marks wait" if waiting else f"all scored: {', '.join(runs)}"
    if said == _said:
        return ""
    _said = said
    return said


def _until(visitor: Visitor, address: str, states: tuple[str, ...], over: threading.Event) -> str:
    """Look at the page of a batch every second until it is in one of these states; that state."""
    from django.db import connection

    from keepscore.intake.models import Batch

    state = ""
    while not over.wait(1):
        visitor.ask("GET", address)
        state = str(Batch.objects.values_list("state", flat=True).get(pk=int(address.split("/")[-2])))
        connection.close()
        if state in states:
            return state
    return f"not through: {state}"


def _until_it_answers(port: int) -> None:
    for _ in range(120):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the server does not answer")


def _sessions(people: int) -> dict[str, str]:
    from django.test import Client as Browser

    from keepscore.users.models import User

    found = {}
    for email in (*(person(number) for number in range(people)), LEADER, DATA):
        browser = Browser(HTTP_HOST="127.0.0.1")
        browser.force_login(User.objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend")
        found[email] = browser.cookies["keepscore"].value
    return found


def _clients() -> list[str]:
    from django.db import connection

    from keepscore.clients.models import Client

    found = list(Client.objects.order_by("key").values_list("key", flat=True))
    connection.close()
    return found


def _csv(clients: list[str], rows: int) -> bytes:
    """New records of December, of all clients."""
    dice, run = random.Random(1), int(time.time())
    lines = ["number,client,function,priority,opened,closed,minutes"]
    for number in range(rows):
        day, hour, minute = 1 + number * 29 // rows, dice.randrange(7, 18), dice.randrange(60)
        what = f"{clients[number % len(clients)]},f{1 + number % 12:02},P{1 + number % 4}"
        moments = f"2026-12-{day:02}T{hour:02}:{minute:02}:00Z,2026-12-{day + 1:02}T{hour:02}:00:00Z"
        lines.append(f"N{run}-{number:06},{what},{moments},{1 + dice.randrange(90)}")
    return "\n".join(lines).encode()


def _print(told: Told, *, people: int, rows: int) -> None:
    seconds = told.took
    took = sorted(time for time, _ in told.reads)
    shares = ", ".join(f"{share:.0%} within {took[min(len(took) - 1, int(len(took) * share))]:.2f} s" for share in (0.5, 0.95, 0.99))
    print(f"\n{people} people for {seconds:.0f} s; what of {rows:,} rows to import and of the full run was done meanwhile stands above")
    print(f"answers: {', '.join(f'{count:,} {status}' for status, count in sorted(told.statuses.items()))}")
    print(f"pages: {len(took):,}, {len(took) / seconds:.1f} a second; {shares}")
    print("slowest: " + "; ".join(f"{value:.1f} s {address}" for value, address in sorted(told.reads)[-5:]))
    print(f"errors: {len(told.errors)}, bar 0: {'ok' if not told.errors else 'misses'} {'; '.join(told.errors[:5])}")
    _longest("longest wait for the database alone", told.locks)
    _longest("longest time of a form sent, with the page's own work and its turn at the server", told.writes)


def _longest(what: str, waits: list[float]) -> None:
    longest = max(waits, default=0.0)
    print(f"{what}: {longest:.2f} s of {len(waits):,}, bar {LONGEST_WAIT} s: {'ok' if longest <= LONGEST_WAIT else 'misses'}")
