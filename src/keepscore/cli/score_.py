"""`keepscore score`: contracts and records in, scorecards out."""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepscore.cli.common import MOMENT, contracts_from, now, safe_name, tables_from, unique_names

if TYPE_CHECKING:
    from keepscore.engine.contract.model import Contract
    from keepscore.engine.results import Scorecard

FORMATS = ("json", "html", "pdf")


@click.command("score", short_help="Score contracts for one period.")
@click.argument("contract", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--period", required=True, help="2026-03, 2026-Q3, 2026-H2, 2026 or 2026-07-06..2026-09-30 (both days included).")
@click.option("--as-of", type=MOMENT, help="Look at the records as they were known then; now unless said.")
@click.option("--records", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Score this file, without a store.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The mapping of --records.")
@click.option("--store", type=click.Path(path_type=Path), help="The record store; KEEPSCORE_STORE or ./store unless said.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("scorecards"), show_default=True, help="Folder for the scorecards.")
@click.option("--formats", default="json,html,pdf", show_default=True, help="What to write for each client.")
@click.option("--history", type=click.IntRange(0, 60), default=7, show_default=True, help="Earlier periods shown beside it.")
def command(
    contract: tuple[Path, ...],
    period: str,
    as_of: datetime | date | None,
    records: Path | None,
    mapping: Path | None,
    store: Path | None,
    out: Path,
    formats: str,
    history: int,
) -> None:
    """Score one contract, a folder of contracts, or one contract for many clients, in one pass.

    Writes scorecard.json, scorecard.html and scorecard.pdf for each client under OUT, and a table to the terminal.
    """
    from keepscore.engine import score

    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: choose among {', '.join(FORMATS)}", param_hint="--formats")
    contracts = contracts_from(contract)
    tables = tables_from(records, mapping, store, contracts)
    try:
        cards = score(contracts, tables, period=period, as_of=as_of or now(), history=history)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    write_all(cards, contracts, out, wanted)
    print_table(cards, out)


def write_all(cards: Sequence[Scorecard], contracts: Sequence[Contract], out: Path, formats: Sequence[str]) -> None:
    """One folder a client; where a client has several contracts, each gets its own folder inside. Fonts are written once."""
    from rich.progress import track

    names = unique_names(dict.fromkeys(card.client.key for card in cards))
    several = Counter(card.client.key for card in cards)
    agreed = {(c.contract, client.key): c for c in contracts for client in c.named_clients()}
    for_every = {c.contract: c for c in contracts if c.every is not None}
    quiet = not sys.stderr.isatty() or len(cards) < 5
    for card in track(cards, "Writing", disable=quiet, transient=True):
        folder = out / names[card.client.key]
        own = folder / safe_name(card.contract) if several[card.client.key] > 1 else folder
        contract = agreed.get((card.contract, card.client.key)) or for_every[card.contract]
        write(card, contract, own, formats, fonts=out / "fonts")


def write(card: Scorecard, contract: Contract, folder: Path, formats: Sequence[str], *, fonts: Path) -> None:
    """The scorecard as data, page and paper; the page finds its fonts in the folder `fonts`."""
    from keepscore.engine.results import to_json

    folder.mkdir(parents=True, exist_ok=True)
    if "json" in formats:
        text = json.dumps(to_json(card), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "scorecard.json").write_text(text + "\n", encoding="utf-8")
    if "html" in formats or "pdf" in formats:
        from keepscore.documents.scorecard import notes_for, page

        words = page(card, notes=notes_for(contract, card))
        if "html" in formats:
            from keepscore.documents.fonts import write_fonts
            from keepscore.documents.html import scorecard_html

            if not fonts.exists():
                write_fonts(fonts)
            at = Path(os.path.relpath(fonts, folder)).as_posix()
            (folder / "scorecard.html").write_text(scorecard_html(words, fonts="link", fonts_at=at), encoding="utf-8")
        if "pdf" in formats:
            from keepscore.documents.pdf import scorecard_pdf

            (folder / "scorecard.pdf").write_bytes(scorecard_pdf(words, timestamp=card.as_of))


def print_table(cards: Sequence[Scorecard], out: Path, most: int = 60) -> None:
    """Worst first, as far as a person reads."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{cards[0].period.label}, as of {cards[0].as_of:%Y-%m-%d %H:%M} UTC", title_justify="left", box=None, pad_edge=False
    )
    for heading, right in (
        ("client", False),
        ("grade", False),
        ("score", True),
        ("met", True),
        ("missed", True),
        ("coverage", True),
        ("note", False),
    ):
        table.add_column(heading, justify="right" if right else "left")
    for card in sorted(cards, key=lambda c: (c.total.score is None, c.total.score.tenths if c.total.score else 0, c.client.key))[:most]:
        total = card.total
        score = f"{total.score.tenths // 10}.{total.score.tenths % 10}" if total.score else "–"
        note = total.no_grade or total.ceiling or ""
        table.add_row(
            card.client.name, total.grade or "–", score, str(total.met), str(total.missed), f"{math.floor(total.coverage * 100)}%", note
        )
    console = Console()
    console.print(table)
    if len(cards) > most:
        console.print(f"and {len(cards) - most} more")
    console.print(f"{len(cards)} scorecards in {out}")
