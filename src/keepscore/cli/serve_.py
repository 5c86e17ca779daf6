"""`keepscore serve`: the web application with its worker."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click


@click.command("serve", short_help="Serve the web application, with its worker.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path),
              help="Where everything is kept; KEEPSCORE_HOME or ./keepscore-home unless said.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--processes", type=int, default=2, show_default=True, help="Web processes.")
@click.option("--worker/--no-worker", default=True, help="Start the workers that score and import beside the web server.")
def command(home: Path | None, host: str, port: int, processes: int, worker: bool) -> None:
    """Serve the web application until it is stopped. The database is brought up to date first."""
    from keepscore.server import start

    start.configure(home)
    from django.conf import settings

    from keepscore.server import serving

    try:
        start.refuse_unsafe()
        start.refuse_untranslated()
        start.prepare()
    except start.CannotStart as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Keepscore at {settings.ADDRESS} (listening at {host}:{port}); Ctrl+C ends it.")
    with serving.Workers() if worker else nullcontext():
        serving.serve(host=host, port=port, processes=processes)
