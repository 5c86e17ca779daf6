"""`keepscore schema`: print a published JSON Schema."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command("schema")
@click.argument("what", type=click.Choice(["contract", "mapping", "scorecard"]))
def command(what: str) -> None:
    """Print the JSON Schema (2020-12) of a contract, a mapping or a scorecard.json."""
    click.echo(json.dumps(_schema(what), indent=2, ensure_ascii=False))


def _schema(what: str) -> dict[str, Any]:
    if what == "contract":
        from keepscore.engine.contract.schema import contract_schema

        return contract_schema()
    if what == "mapping":
        from keepscore.records.mapping import mapping_schema

        return mapping_schema()
    from keepscore.engine.results_schema import scorecard_schema

    return scorecard_schema()
