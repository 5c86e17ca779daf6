"""`keepscore demo`: the fictional vendor Harbourline Services, from exports to published scorecards, by the usual road."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keepscore.demo.cast import Cast
    from keepscore.demo.exports import Export
    from keepscore.engine.contract.model import Contract
    from keepscore.engine.results import Scorecard
    from keepscore.engine.tables import Tables
    from keepscore.records.store import RecordStore

VENDOR = "Harbourline Services"
PERIOD = "2026-Q3"
LOADED_AT = datetime(2026, 10, 13, 7, 30, tzinfo=UTC)      # fixed, so that everything but the signing key comes out the same again
FROZEN_AT = datetime(2026, 10, 13, 8, 12, tzinfo=UTC)
NOTE = "sample-data.txt"
SAMPLE = "Sample data: every company, person and number here is made up."


@click.command("demo", short_help="Make the fictional vendor Harbourline.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True, help="Where to make it.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same records.")
@click.option("--serve/--no-serve", default=False, help="Serve it afterwards at http://127.0.0.1:8000, with sign-ins printed.")
@click.option("--port", type=int, default=8000, show_default=True)
def command(out: Path, seed: int, serve: bool, port: int) -> None:
    """Make Harbourline Services: 14 clients, two years of records, imported, scored and published.

    Sample data: every company, person and number is made up. Run again, it changes nothing.
    """
    from keepscore.demo.cast import CAST

    cards, rows = build(out, seed=seed, casts=CAST)
    _tell(cards, out, rows=rows)
    _furnish(out, port=port)
    if serve:
        _serve(port)


def _furnish(out: Path, *, port: int) -> None:
    """The same vendor in the web application, whose home is `out`."""
    from keepscore.server import start

    os.environ |= {
        "KEEPSCORE_SAMPLE": "1", "KEEPSCORE_VENDOR": VENDOR, "KEEPSCORE_TODAY": "2026-10-13", "KEEPSCORE_ADDRESS": f"http://127.0.0.1:{port}",
        "KEEPSCORE_TIMEZONE": "Europe/London",
    }  # fmt: skip
    start.configure(out.absolute())
    from keepscore.demo.vendor import PASSWORD, furnish
    from keepscore.web import clock

    start.prepare()
    with _progress() as step:
        step("Scoring two quarters for the web application; its worker scores the rest")
        people = furnish(out, now=clock.now())
    lines = [f"Sign in at http://127.0.0.1:{port} with the password {PASSWORD}:"]
    for person in people:
        codes = f"; second factor, one each: {' '.join(person.codes)}" if person.codes else ""
        lines.append(f"  {person.email:<30} {person.name}, {person.role.lower()}{codes}")
    (out / "sign-ins.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo("\n" + "\n".join(lines))


def _serve(port: int) -> None:
    from keepscore.server import serving

    click.echo(f"\nServing http://127.0.0.1:{port}; Ctrl+C ends it.")
    with serving.Worker():
        serving.serve(host="127.0.0.1", port=port, processes=2)


def build(out: Path, *, seed: int, casts: Sequence[Cast]) -> tuple[list[Scorecard], int]:
    """Make, import, score and publish; the scorecards and the number of rows imported."""
    from keepscore.cli.common import contracts_from
    from keepscore.demo.make import make
    from keepscore.engine import score
    from keepscore.records.store import RecordStore

    _claim(out, seed)
    with _progress() as step:
        step("Making two years of records")
        made = make(out, seed=seed, casts=casts)
        contracts = contracts_from([made.contracts])
        store = RecordStore(str(out / "store"))
        for export in made.exports:
            step(f"Importing {export.file.name}, {export.rows:,} rows")
            _load(export, store, contracts)
        step(f"Scoring {PERIOD}")
        tables = store.tables()
        cards = score(contracts, tables, period=PERIOD, as_of=FROZEN_AT)
        step(f"Publishing {len(cards)} scorecards")
        _publish_all(cards, contracts, tables, out)
    return cards, made.rows


def _claim(out: Path, seed: int) -> None:
    """The folder is new, empty, or an earlier demo of the same seed; somebody's own files are left alone."""
    note, text = out / NOTE, f"{SAMPLE}\nMade by `keepscore demo --seed {seed}`.\n"
    if out.exists() and any(out.iterdir()):
        found = note.read_text(encoding="utf-8") if note.exists() else None
        if found != text:
            said = "holds other files" if found is None else "holds the demo of another seed"
            raise click.ClickException(f"{out} {said}; name a new folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    note.write_text(text, encoding="utf-8")


def _load(export: Export, store: RecordStore, contracts: tuple[Contract, ...]) -> None:
    """The importer's own two steps: judge every row, then load all of them or none."""
    from keepscore.cli.common import known_of
    from keepscore.demo.days import CUT
    from keepscore.records.importing import judge_files, load_files
    from keepscore.records.mapping import load_mapping

    rules = load_mapping(export.mapping)
    judged = judge_files([export.file], rules, known=known_of(contracts), now=LOADED_AT)
    answer = load_files(judged, store, rules, now=LOADED_AT, exported_at=CUT, complete_to=CUT)
    if answer.verdict != "accept":
        raise click.ClickException(f"{export.file.name}: {answer.errors[0].message}")


def _publish_all(cards: Sequence[Scorecard], contracts: Iterable[Contract], tables: Tables, out: Path) -> None:
    """Each client's on its own; publishing recomputes every number from the bundle, so two processes share the work."""
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial
    from multiprocessing import get_context

    from keepscore.evidence import keys

    keys.signing_key(out / "keys", now=FROZEN_AT)      # made here, so that the processes do not both make one
    by_client = {client.key: contract for contract in contracts for client in contract.named_clients()}
    pairs = [(card, by_client[card.client.key]) for card in cards]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(_publish, tables=tables, out=out), *zip(*pairs, strict=True)))


def _publish(card: Scorecard, contract: Contract, tables: Tables, out: Path) -> None:
    """The bundle, the page and the paper, under published/<client>. The key is the demo's own."""
    from keepscore.documents.filing import write_documents
    from keepscore.evidence import keys
    from keepscore.evidence.publish import AlreadyPublished, publish

    key = keys.signing_key(out / "keys", now=FROZEN_AT)
    try:
        bundle = publish(card, contract=contract, tables=tables, at=FROZEN_AT, out=out / "published", key=key).path
    except AlreadyPublished as before:
        bundle = before.path
    write_documents(bundle)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line that moves when a person looks on; nothing otherwise."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("Starting") as status:
        yield status.update


def _tell(cards: Iterable[Scorecard], out: Path, *, rows: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from keepscore.demo.cast import LEAD

    table = Table(title=f"{VENDOR}, third quarter of 2026. Sample data.", title_justify="left", box=None, pad_edge=False)
    table.add_column("Client", no_wrap=True)
    table.add_column("Grade")
    table.add_column("Score", justify="right")
    table.add_column("Targets missed")
    for card in sorted(cards, key=lambda card: (card.total.score.tenths if card.total.score else 0, card.client.name)):
        score = f"{card.total.score.tenths / 10:.1f}" if card.total.score else "none"
        names = ", ".join(m.name.removesuffix(", at most") for m in card.measures if m.met is False)
        targets = f"{card.total.missed} of {card.total.met + card.total.missed}"
        table.add_row(card.client.name, card.total.grade or "none", score, f"{targets}: {names}" if names else targets)
    console = Console()
    console.print(table)
    console.print(f"\n{rows:,} rows in {out / 'exports'}, imported into {out / 'store'} under the contracts in {out / 'contracts'}.")
    console.print(f"Page, paper and evidence bundle of each client: {out / 'published'}/<client>/")
    example = next(iter(sorted((out / "published" / "marlowe").glob("*.keepscore.zip"))), None)
    console.print(f"Check one: keepscore verify {example}", soft_wrap=True)
    console.print(f"Account lead of all: {LEAD}. {SAMPLE}")
