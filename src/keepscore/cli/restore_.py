"""`keepscore restore`: a backup becomes a new home, unless the copy is torn."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("restore", short_help="Put a backup into a new home.")
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("home", type=click.Path(file_okay=False, path_type=Path))
def command(backup: Path, home: Path) -> None:
    """Check every file of BACKUP against its manifest and put it into the new folder HOME; a torn copy is refused.

    A backup of a PostgreSQL database also fills the empty database that DATABASE_URL names.
    """
    import subprocess

    from keepscore.server import start
    from keepscore.server.home import folders

    scratch = home.with_name(f".{home.name}.settings")
    folders(scratch)
    start.configure(scratch)
    from keepscore.server.backup import BackupError, restore

    try:
        manifest = restore(backup, home)
    except (BackupError, subprocess.CalledProcessError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        import shutil

        shutil.rmtree(scratch, ignore_errors=True)
    click.echo(f"{home} holds the state of {manifest['at']}, {len(manifest['files'])} files. Start it: keepscore serve --home {home}")
