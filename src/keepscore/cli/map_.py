"""`keepscore map`: a first mapping for a file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("map", help="Write a first mapping for FILE, to be checked by you.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the terminal; never over a file.")
def command(file: Path, out: Path | None) -> None:
    """The mapping goes to standard output or --out, what to check to standard error."""
    from keepscore.records.checks.errors import FileRefused
    from keepscore.records.mapping_guess import guess

    if out is not None and out.exists():
        raise click.ClickException(f"{out} is there already; name another file or remove it.")
    try:
        text, check = guess(file)
    except FileRefused as refusal:
        raise click.ClickException(f"{file}: {refusal.error.message}.") from None
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {out}.", err=True)
    click.echo("Please check, since this is a guess:", err=True)
    for sentence in check:
        click.echo(f"- {sentence}", err=True)
    click.echo(f"Then: keepscore import {file} --mapping {out or 'MAPPING.yaml'} --check", err=True)
