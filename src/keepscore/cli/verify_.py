"""`keepscore verify`: compute every number of an evidence bundle again, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keepscore.evidence.verify import Verdict


@click.command("verify", short_help="Recompute every number of a bundle.")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--fingerprint", help="The vendor's key as told to you by another way; a bundle signed with another key differs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def command(bundle: Path, fingerprint: str | None, as_json: bool) -> None:
    """Check BUNDLE (a folder or a .keepscore.zip): digests, signature, then every number again from its own records.

    Needs no network, no database and no record store. Exit status 1 where anything differs.
    """
    from keepscore.evidence.verify import verify

    verdict = verify(bundle, expected_fingerprint=fingerprint)
    if as_json:
        click.echo(json.dumps(_plain(verdict), ensure_ascii=False))
    else:
        _show(verdict)
    raise SystemExit(0 if verdict.ok else 1)


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        "bundle": verdict.bundle, "verdict": "verified" if verdict.ok else "different",
        "differences": list(verdict.differences), "notes": list(verdict.notes), "fingerprint": verdict.signed_by,
    }


def _show(verdict: Verdict) -> None:
    if not verdict.ok:
        click.echo(f"{verdict.bundle} is NOT what was published.")
        for sentence in verdict.differences[:20]:
            click.echo(f"  {sentence}")
        if len(verdict.differences) > 20:
            click.echo(f"  and {len(verdict.differences) - 20} more")
        return
    assert verdict.manifest is not None
    manifest = verdict.manifest
    result, records = manifest["result"], manifest["files"]["records.parquet"]["rows"]
    which = f"{manifest['period']['label']}, publication {manifest['number']} of {manifest['published_at']}"
    found = f"{result['score'] or 'no score'}, grade {result['grade'] or 'none'}"
    click.echo(f"{verdict.bundle} is what was published: every number was computed again and is the same.")
    click.echo(f"  client     {manifest['client']['name']}, {which}")
    click.echo(f"  result     {found}, from {records} records as of {manifest['as_of']}")
    click.echo(f"  signed by  {verdict.signed_by}")
    for note in verdict.notes:
        click.echo(f"  note       {note}")
