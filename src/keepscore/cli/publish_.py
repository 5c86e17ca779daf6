"""`keepscore publish`: freeze a client's scorecard and write its evidence bundle."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepscore.cli.common import MOMENT, contracts_from, now, tables_from

if TYPE_CHECKING:
    from keepscore.engine.contract.model import Contract
    from keepscore.engine.tables import Tables
    from keepscore.evidence.shelf import Filed


@click.command("publish", short_help="Freeze a scorecard and write its bundle.")
@click.argument("client")
@click.option("--period", required=True, help="2026-03, 2026-Q3, 2026-H2, 2026 or 2026-07-06..2026-09-30 (both days included).")
@click.option("--contracts", type=click.Path(exists=True, path_type=Path), default=Path("contracts"), show_default=True,
              help="Contract file or folder.")
@click.option("--store", type=click.Path(path_type=Path), help="The record store; KEEPSCORE_STORE or ./store unless said.")
@click.option("--as-of", type=MOMENT, help="Look at the records as they were known then; now unless said.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("published"), show_default=True,
              help="Folder of all bundles.")
@click.option("--reason", help="Why a correction is made, in a sentence for the client.")
def command(
    client: str, period: str, contracts: Path, store: Path | None, as_of: datetime | date | None, out: Path, reason: str | None
) -> None:
    """Freeze CLIENT's scorecard for a period that is over and complete, with all that is needed to recompute it.

    Late data afterwards: publish again, and correction 2 is written beside the first, with what moved and why.
    The same content again writes nothing.
    """
    agreed = contracts_from([contracts])
    own = [c for c in agreed if c.every is not None or any(x.key == client for x in c.named_clients())]
    if not own:
        raise click.ClickException(f"no contract in {contracts} is for client {client!r}")
    tables = tables_from(None, None, store, agreed)
    for contract in own:
        _publish(contract, tables, client=client, period=period, as_of=as_of or now(), out=out, reason=reason)


def _publish(
    contract: Contract, tables: Tables, *, client: str, period: str, as_of: datetime | date, out: Path, reason: str | None
) -> None:
    from keepscore.documents.filing import write_documents
    from keepscore.engine import score
    from keepscore.evidence import keys
    from keepscore.evidence.own import for_client
    from keepscore.evidence.publish import AlreadyPublished, publish
    from keepscore.evidence.shelf import read_filed

    try:
        (card,) = score([for_client(contract, client)], tables, period=period, as_of=as_of)
        key = keys.signing_key(keys.keys_folder(), now=now())
        path = publish(card, contract=contract, tables=tables, at=now(), out=out, key=key, reason=reason).path
    except AlreadyPublished as error:
        click.echo(str(error))
        path = error.path
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    written = write_documents(path)
    _tell(read_filed(path), written=[written.page, written.paper])


def _tell(filed: Filed, *, written: list[Path]) -> None:
    manifest = filed.manifest
    result = manifest["result"]
    found = f"{result['score'] or 'no score'}, grade {result['grade'] or 'none'}"
    click.echo(f"{manifest['client']['name']}, {manifest['period']['label']}: {found}")
    correction = manifest["correction"]
    if correction is not None:
        click.echo(f"correction {manifest['number']} of {correction['replaces']}: {'; '.join(correction['because'])}")
        for figure in correction["moved"][:12]:
            click.echo(f"  {figure['of']}: {figure['what']} was {figure['before'] or 'nothing'}, is {figure['after'] or 'nothing'}")
        if not correction["moved"]:
            click.echo("  no number moved")
    for item in manifest["open_at_freezing"]:
        click.echo(f"  still open when frozen: {item['records']} records of {item['name']}")
    click.echo(f"signed by {manifest['key']['fingerprint']}")
    for path in (filed.path, *written):
        click.echo(f"  {path}")
