"""`keepscore worker`: takes the jobs that the web application leaves."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("worker", short_help="Score, import and publish what the web application asks for.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
@click.option("--queue", "queues", multiple=True, type=click.Choice(["default", "scoring"]), help="Only this queue; all unless said.")
def command(home: Path | None, queues: tuple[str, ...]) -> None:
    """Take jobs until stopped. `keepscore serve` starts one for each queue; start more, or on other machines, where they are not enough."""
    from keepscore.server import start

    start.configure(home)
    from keepscore.server import serving

    serving.work(queues=queues or serving.QUEUES)
