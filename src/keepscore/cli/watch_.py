"""`keepscore watch`: a folder whose files are imported by themselves."""

from __future__ import annotations

import time
from pathlib import Path

import click

EVERY = 5.0         # seconds between two looks


@click.command("watch", short_help="Import every file that is put into a folder.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))
@click.option("--source", "name", required=True, help="The source whose declared columns the files have.")
@click.option("--once", is_flag=True, help="Import what lies there now, then end; for a timer.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
@click.option("--settled", type=float, default=10.0, show_default=True, help="Seconds for which a file must not have changed.")
def command(folder: Path, name: str, once: bool, home: Path | None, settled: float) -> None:
    """Import the files of FOLDER as a person would, all or nothing.

    A file that was imported goes to FOLDER/done. One with a row that cannot be imported goes whole to FOLDER/rejected, with its
    rejected rows and a report beside it. Two watches of one folder take turns; a file is imported once, also after a kill. With --once
    the exit status is 1 when a file was rejected or could not be imported now.
    """
    from keepscore.server import start

    start.configure(home)
    from keepscore.intake import watching
    from keepscore.web import clock

    try:
        watching.source_of(name)
    except watching.NotDeclared as missing:
        raise click.ClickException(str(missing)) from missing
    well = True
    while True:
        for taken in watching.look(folder, name, settled=settled, clock=clock.now):
            click.echo(taken.sentence)
            well = well and taken.was_imported
        if once:
            raise SystemExit(0 if well else 1)
        time.sleep(EVERY)
