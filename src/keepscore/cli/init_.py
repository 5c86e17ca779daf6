"""`keepscore init`: a first contract by questions. Every question has a flag, so that a script can answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from keepscore.cli import common
from keepscore.cli.first_contract import Answers, write_contract


@click.command("init")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), default=Path("contract.yaml"))
@click.option("--client-key", prompt="Client, as your records name it", help="The client's key in the records.")
@click.option("--client-name", prompt="Client, as people write it", help="The client's name on the scorecard.")
@click.option("--timezone", prompt="The client's time zone", default="Europe/London", help="Such as Europe/London.")
@click.option("--from", "from_day", prompt="In force from", default=lambda: f"{_today().year}-01-01", help="First day, such as 2026-01-01.")
@click.option("--function-key", prompt="One kind of work, as your records name it", default="service-desk", help="A function's key.")
@click.option("--function-name", prompt="Its name", default="Service desk", help="The function's name on the scorecard.")
@click.option("--days", prompt="Days of service", default="mon-fri", help="Such as mon-fri or mon-sun.")
@click.option("--hours", prompt="Hours of service", default="09:00-17:30", help='Such as 09:00-17:30, or "08:00-12:00, 13:00-18:00".')
@click.option("--measure-key", prompt="A first measure: its short key", default="closed-in-time", help="The measure's key.")
@click.option("--measure-name", prompt="Its name", default="Requests closed in time", help="The measure's name on the scorecard.")
@click.option("--limit", prompt="Limit for one record, in service time (90m, 4h, 2d)", default="8h", help="Such as 8h or 2d.")
@click.option("--target", prompt="Share that is promised to stay inside it", default="95%", help="Such as 95%.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def command(path: Path, force: bool, **answers: Any) -> None:
    """Write a first contract to PATH (contract.yaml) by answering questions; each answer can be a flag."""
    if path.exists() and not force:
        raise click.ClickException(f"{path} is there already and stays as it is; name another file, or say --force")
    text = _checked(Answers(**answers))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {path}. It loads as it is; open it and read the comments.")
    click.echo(f"Next: keepscore map YOUR-EXPORT.csv, then keepscore score {path} --period {answers['from_day'][:4]} ...")


def _checked(answers: Answers) -> str:
    """The contract's text, loaded once to be sure of it; what is wrong is said by question."""
    from keepscore.engine.contract import ContractError, loads_contract

    text = write_contract(answers)
    try:
        loads_contract(text)
    except ContractError as error:
        told = "\n".join(f"  {fault.key}: found {fault.found}; {fault.expected}" for fault in error.faults)
        raise click.ClickException(f"these answers do not make a contract, nothing was written\n{told}") from error
    return text


def _today() -> date:
    return common.now().date()
