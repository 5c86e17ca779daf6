"""`keepscore import`: check files and load them into the record store."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepscore.cli.common import MOMENT, default_store, known_of, now

if TYPE_CHECKING:
    from keepscore.engine.contract.model import Fault
    from keepscore.records.door import Known
    from keepscore.records.importing import Answer
    from keepscore.records.mapping_model import ImportMapping

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PLACE = click.Path(exists=True, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("import", short_help="Check a file and load it into the record store.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option("--mapping", required=True, type=FILE, help="Which column is which field; `keepscore map FILE` writes a first one.")
@click.option("--contracts", type=PLACE, help="Says which clients and functions are known; ./contracts unless said.")
@click.option("--any-client", is_flag=True, help="Take clients and functions as they come, without contracts.")
@click.option("--client", help="This file is for one client; rows of another are errors.")
@click.option("--store", help="Folder or URL of the record store; KEEPSCORE_STORE or ./store unless said.")
@click.option("--check", is_flag=True, help="Judge only; load nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object as the last line.")
@click.option("--allow-older", is_flag=True, help="Let this export replace what a newer one brought.")
@click.option("--leave-out-rejected", is_flag=True, help="Load the good rows; the batch remembers the rejected ones.")
@click.option("--rejected", type=OUT, help="Write the rejected rows with their reasons to this CSV file.")
@click.option("--exported-at", type=MOMENT, help="When the file was exported; its newest moment unless said.")
@click.option("--complete-to", type=MOMENT, help="Up to when the source is complete; its newest moment unless said.")
def command(
    files: tuple[Path, ...], mapping: Path, contracts: Path | None, any_client: bool, client: str | None, store: str | None, check: bool,
    as_json: bool, allow_older: bool, leave_out_rejected: bool, rejected: Path | None, exported_at: datetime | date | None,
    complete_to: datetime | date | None,
) -> None:  # fmt: skip
    """Check FILEs and load them into the record store.

    Every row is judged first, then all of them are loaded or none. The same content again changes nothing; a correction
    replaces the record and its earlier state stays readable. The exit status is 0 only when everything was accepted.
    """
    from keepscore.records.importing import judge_files, judgement, load_files
    from keepscore.records.rejected import write_rejected
    from keepscore.records.store import RecordStore

    rules = _mapping(mapping, as_json=as_json)
    known = _known(contracts, any_client=any_client, client=client, as_json=as_json)
    moment = now()
    with _progress(2 * len(files)) as step:
        judged = judge_files(files, rules, known=known, now=moment, leave_out_rejected=leave_out_rejected, step=step)
        answer = judgement(judged)
        if not check:
            answer = load_files(
                judged, RecordStore(store or default_store()), rules, now=moment, exported_at=_moment(exported_at, rules),
                complete_to=_moment(complete_to, rules), allow_older=allow_older, step=step,
            )  # fmt: skip
    if rejected is not None:
        write_rejected([(item.file, item.checked) for item in judged], rejected, rules)
    _finish(answer, as_json=as_json, check=check)


def _finish(answer: Answer, *, as_json: bool, check: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer.as_json(), ensure_ascii=True))
    else:
        from keepscore.cli.import_report import report

        report(answer, check=check)
    sys.exit(0 if answer.verdict == "accept" else 1)


def _mapping(path: Path, *, as_json: bool) -> ImportMapping:
    from keepscore.records.mapping import load_mapping
    from keepscore.records.mapping_model import MappingError

    try:
        return load_mapping(path)
    except MappingError as error:
        raise _refused(error.faults, str(error), as_json=as_json) from error


def _known(contracts: Path | None, *, any_client: bool, client: str | None, as_json: bool) -> Known:
    """The clients and functions of the contracts. Without contracts nobody is known, so a person must say that any will do."""
    from keepscore.engine.contract import load_contracts
    from keepscore.engine.contract.model import ContractError
    from keepscore.records.door import Known

    folder = contracts or (Path("contracts") if Path("contracts").is_dir() else None)
    if any_client:
        return Known(only_client=client)
    if folder is None:
        raise _nobody_known(as_json=as_json)
    try:
        return replace(known_of(load_contracts(folder)), only_client=client)
    except ContractError as error:
        raise _refused(error.faults, str(error), as_json=as_json) from error


def _refused(faults: Sequence[Fault], said: str, *, as_json: bool) -> Exception:
    """The faults of a mapping or a contract file: in the one form with --json, which ends the command, else as text."""
    from keepscore.records.checks.errors import LISTED, RowError
    from keepscore.records.importing import Answer

    if as_json:
        errors = tuple(RowError(fault.line, fault.key, fault.code, fault.found, str(fault)) for fault in faults)
        _finish(Answer("reject", 0, errors=errors[:LISTED], errors_total=len(errors)), as_json=True, check=True)
    return click.ClickException(said)


def _nobody_known(*, as_json: bool) -> Exception:
    from keepscore.records.checks.errors import RowError
    from keepscore.records.importing import Answer

    said = "No contracts, so no client is known: name their folder with --contracts, or take any client with --any-client."
    if as_json:
        answer = Answer("reject", 0, errors=(RowError(None, None, "unknown_client", None, said),), errors_total=1)
        _finish(answer, as_json=True, check=True)
    return click.UsageError(said)


def _moment(value: datetime | date | None, rules: ImportMapping) -> datetime | None:
    """A day means its end, in the zone of the mapping."""
    if value is None or isinstance(value, datetime):
        return value
    from keepscore.engine.clock.zones import midnight, zone

    return midnight(value + timedelta(days=1), zone(rules.timezone)) if rules.timezone else _utc_end(value)


def _utc_end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error when a person looks on; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=steps + 1)

        def step(text: str) -> None:
            bar.update(task, advance=1, description=escape(text))

        yield step
