"""`keepscore backup`: everything of an installation, while people work."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("backup", short_help="Copy everything of an installation into a folder.")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
def command(out: Path, home: Path | None) -> None:
    """Write a whole copy into a new folder below OUT: database, records, published scorecards, keys, and a manifest with digests.

    Imports wait while the records are copied; everybody else goes on. Keep the copy where nobody else reads: the keys are in it.
    """
    from keepscore.server import start

    start.configure(home)
    from keepscore.server.backup import BackupError, backup
    from keepscore.web import clock

    try:
        click.echo(str(backup(out, at=clock.now())))
    except BackupError as error:
        raise click.ClickException(str(error)) from error
