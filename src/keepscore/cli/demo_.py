"""`keepscore demo`: the fictional vendor Harbourline Services, from exports to published scorecards, by the usual road."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keepscore.demo.vendor import SignIn

VENDOR = "Harbourline Services"
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

    _claim(out, seed)
    _settings(out, port=port)
    from keepscore.demo.make import make
    from keepscore.demo.vendor import furnish
    from keepscore.server import start

    start.prepare()
    with _progress() as step:
        step("Making two years of records")
        made = make(out, seed=seed, casts=CAST)
        people = furnish(made, casts=CAST, step=step)
    _tell(out, rows=made.rows)
    _tell_people(people, out, port=port)
    if serve:
        _serve(port)


def _settings(out: Path, *, port: int) -> None:
    """The demo folder is the home of an installation of its own."""
    from keepscore.server import start

    os.environ |= {
        "KEEPSCORE_SAMPLE": "1", "KEEPSCORE_VENDOR": VENDOR, "KEEPSCORE_TODAY": "2026-10-13", "KEEPSCORE_ADDRESS": f"http://127.0.0.1:{port}",
        "KEEPSCORE_TIMEZONE": "Europe/London",
    }  # fmt: skip
    os.environ.pop("KEEPSCORE_STORE", None)
    os.environ.pop("DATABASE_URL", None)
    start.configure(out.absolute())


def _tell_people(people: Sequence[SignIn], out: Path, *, port: int) -> None:
    from keepscore.demo.vendor import PASSWORD

    lines = [f"Sign in at http://127.0.0.1:{port} with the password {PASSWORD}:"]
    for person in people:
        codes = f"; second factor, one each: {' '.join(person.codes)}" if person.codes else ""
        lines.append(f"  {person.email:<30} {person.name}, {person.role.lower()}{codes}")
    (out / "sign-ins.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo("\n" + "\n".join(lines))


def _serve(port: int) -> None:
    from keepscore.server import serving

    click.echo(f"\nServing http://127.0.0.1:{port}; Ctrl+C ends it.")
    with serving.Workers():
        serving.serve(host="127.0.0.1", port=port, processes=2)


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


def _tell(out: Path, *, rows: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from keepscore.demo.cast import LEAD
    from keepscore.demo.vendor import PERIOD
    from keepscore.scores.models import Score

    table = Table(title=f"{VENDOR}, third quarter of 2026. Sample data.", title_justify="left", box=None, pad_edge=False)
    table.add_column("Client", no_wrap=True)
    table.add_column("Grade")
    table.add_column("Score", justify="right")
    table.add_column("Targets missed")
    for score in Score.objects.filter(period=PERIOD).select_related("client").defer("result").order_by("tenths", "client__name"):
        targets = f"{score.missed} of {score.met + score.missed}"
        names = ", ".join(name.removesuffix(", at most") for name in score.summary["missed"])
        shown = f"{score.tenths / 10:.1f}" if score.tenths is not None else "none"
        table.add_row(score.client.name, score.grade or "none", shown, f"{targets}: {names}" if names else targets)
    console = Console()
    console.print(table)
    console.print(f"\n{rows:,} rows in {out / 'exports'}, imported under the contracts in {out / 'contracts'}.")
    console.print(f"Page, paper and evidence bundle of each published client: {out / 'published'}/<client>/")
    example = next(iter(sorted((out / "published" / "marlowe").glob("*.keepscore.zip"))), None)
    console.print(f"Check one: keepscore verify {example}", soft_wrap=True)
    console.print(f"Account lead of half of them: {LEAD}. {SAMPLE}")
