"""`keepscore export`: everything as files that other programs read."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export", short_help="Write everything into one ZIP file that other programs read.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
def command(out: Path, home: Path | None) -> None:
    """Write contracts, mappings, records, scores, published scorecards, people and the audit log to OUT, with a manifest.

    Passwords, second factors and keys are left out; to move an installation, make a backup instead.
    """
    from keepscore.server import start

    start.configure(home)
    from keepscore.records.store_errors import StoreError
    from keepscore.server.export import write_export
    from keepscore.users import audit
    from keepscore.web import clock

    if out.exists():
        raise click.ClickException(f"{out} exists already; nothing was written")
    now = clock.now()
    try:
        manifest = write_export(out, at=now)
    except (OSError, StoreError) as error:
        raise click.ClickException(f"Nothing was exported: {error}") from error
    audit.record("export.written", about="command line", by=None, at=now, file=out.name)
    click.echo(f"{out}: " + ", ".join(f"{count} {what}" for what, count in manifest["counts"].items()))
