"""`keepscore explain`: how one number is made, down to its records."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepscore.cli.common import MOMENT, contracts_from, now, tables_from

if TYPE_CHECKING:
    from keepscore.engine.explanation import Explanation, JudgedRecord
    from keepscore.engine.results import MeasureResult


@click.command("explain", short_help="Show how one number is made.")
@click.argument("client")
@click.argument("measure")
@click.option("--period", required=True, help="2026-03, 2026-Q3, 2026-H2, 2026 or 2026-07-06..2026-09-30.")
@click.option(
    "--contracts",
    type=click.Path(exists=True, path_type=Path),
    default=Path("contracts"),
    show_default=True,
    help="Contract file or folder.",
)
@click.option("--as-of", type=MOMENT, help="Look at the records as they were known then; now unless said.")
@click.option("--records", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read this file, without a store.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The mapping of --records.")
@click.option("--store", type=click.Path(path_type=Path), help="The record store; KEEPSCORE_STORE or ./store unless said.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="Records to list; --all lists every one.")
@click.option("--all", "every", is_flag=True, help="List every record.")
def command(
    client: str,
    measure: str,
    period: str,
    contracts: Path,
    as_of: datetime | date | None,
    records: Path | None,
    mapping: Path | None,
    store: Path | None,
    limit: int,
    every: bool,
) -> None:
    """Print the worked line of MEASURE for CLIENT: records in, left out, kept, missed, value, target, score, and the records."""
    from keepscore.engine import explain

    agreed = contracts_from([contracts])
    tables = tables_from(records, mapping, store, agreed)
    own = [c for c in agreed if c.every is not None or any(x.key == client for x in c.named_clients())]
    holding = [c for c in own if any(m.key == measure for v in c.versions for m in v.measures)]
    if not own:
        raise click.ClickException(f"no contract in {contracts} is for client {client!r}")
    if not holding:
        keys = sorted({m.key for c in own for v in c.versions for m in v.measures})
        raise click.ClickException(f"{client} has no measure {measure!r}; it has {', '.join(keys)}")
    for contract in holding:
        try:
            show(explain(contract, tables, client=client, measure=measure, period=period, as_of=as_of or now()), None if every else limit)
        except ValueError as error:
            raise click.ClickException(str(error)) from error


def show(explanation: Explanation, limit: int | None) -> None:
    """The worked line, then the records, misses first."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    card, result = explanation.scorecard, explanation.result
    console.print(
        f"[bold]{result.name}[/bold], {card.client.name}, {card.period.label}, as of {card.as_of:%Y-%m-%d %H:%M} UTC", highlight=False
    )
    for label, text in worked_lines(result):
        console.print(f"  {label:<18}{text}", highlight=False)
    if not explanation.rows:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("record", "outcome", "priority", "opened (UTC)", "due", "resolved", "service time", "limit", "waited", "reason"):
        table.add_column(heading)
    shown = explanation.rows if limit is None else explanation.rows[:limit]
    for row in shown:
        table.add_row(*_cells(row))
    console.print(table)
    if len(shown) < len(explanation.rows):
        console.print(f"and {len(explanation.rows) - len(shown)} more records; --all lists them")


def worked_lines(result: MeasureResult) -> list[tuple[str, str]]:
    """Label and text of each step from the records to the score."""
    lines = [("records in", str(result.records))] if result.kind in ("share", "value") else []
    lines += [("left out", f"{item.records}: {item.reason}") for item in result.left_out]
    lines += [("cannot be judged", f"{item.records}: {item.reason}") for item in result.unjudged]
    if result.kind in ("share", "value"):
        lines += [("open", str(result.open)), ("kept", str(result.kept)), ("missed", str(result.missed))]
    if result.value is not None:
        lines.append(("value", f"{result.value.numerator} / {result.value.denominator} = {figure(result.value.fraction, result.unit)}"))
    bounds = " to ".join(figure(bound, result.unit) for bound in result.target)
    if result.target_kind:
        words = {"at_least": "at least", "at_most": "at most", "between": "between"}[result.target_kind]
        verdict = "" if result.met is None else ", met" if result.met else ", missed"
        lines.append(("target", f"{words} {bounds}{verdict}"))
    if result.allowed_misses is not None and result.value is not None:
        lines.append(("allowed misses", f"{result.missed} of {result.allowed_misses} used"))
    if result.score is not None:
        exact = result.score.exact
        lines.append(("score", f"{result.score.tenths / 10:.1f} ({exact.numerator}/{exact.denominator})"))
    else:
        lines.append(("score", result.no_score or "none"))
    lines += [
        (f"{g.column} {g.value or '(blank)'}", f"{g.kept} of {g.kept + g.missed} kept{'' if g.met else ', below target'}")
        for g in result.groups
    ]
    if result.at_planned_volume is not None:
        lines.append(("planned volume", result.at_planned_volume.sentence))
    return lines


def figure(value: object, unit: str) -> str:
    """A value in its unit, to the places that a person compares."""
    from fractions import Fraction

    assert isinstance(value, Fraction)
    if unit == "%":
        return f"{float(value * 100):.2f}%"
    if unit == "s":
        return duration(int(value))
    return f"{float(value):g} {unit}".strip()


def duration(seconds: int | None) -> str:
    """5 h 12 min, or the seconds where there is less than a minute."""
    if seconds is None:
        return ""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (left if not hours else 0, "s")) if n]
    return sign + (" ".join(parts) or "0 s")


def _cells(row: JudgedRecord) -> tuple[str, ...]:
    moments = [f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (row.opened_at, row.due_at, row.resolved_at)]
    times = [duration(row.elapsed), duration(row.limit), duration(row.waited)]
    return (row.reference, row.outcome, row.priority or "", *moments, *times, row.reason or "")
