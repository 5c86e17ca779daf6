"""`keepscore run-due`: whatever is due by state and date, for a timer where no worker runs all day."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("run-due", short_help="Do what is due now; safe to repeat.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
def command(home: Path | None) -> None:
    """Find what is due from state and date and do it or hand it to the worker. Run twice, the second does nothing."""
    from keepscore.server import start

    start.configure(home)
    from keepscore.server.due import run_due
    from keepscore.web import clock

    for what, count in run_due(now=clock.now()).items():
        click.echo(f"{what}: {count}")
