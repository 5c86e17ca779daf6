"""The answer of an import for a person: what was loaded, or what is wrong and what would be right, grouped by reason."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from keepscore.records.checks.errors import RowError
    from keepscore.records.importing import Answer

_SHOWN = 10  # rows of each reason


def report(answer: Answer, *, check: bool) -> None:
    """Print the answer to standard output. Texts from the file are printed as they are, never as markup."""
    console = Console(highlight=False)
    console.print(Text(_headline(answer, check=check), style="bold"), soft_wrap=True)
    by_reason = sorted(answer.errors, key=lambda error: error.reason)
    for reason, errors in groupby(by_reason, key=lambda error: error.reason):
        _group(console, reason, list(errors))
    if answer.errors_total > len(answer.errors):
        console.print(Text(f"{answer.errors_total:,} errors in all; the first {len(answer.errors)} are listed."), soft_wrap=True)


def _headline(answer: Answer, *, check: bool) -> str:
    bad = f" {answer.errors_total:,} errors in rows that are left out." if answer.errors_total else ""
    if answer.verdict == "reject":
        return f"Rejected: nothing is loaded. {answer.errors_total:,} error{'' if answer.errors_total == 1 else 's'}."
    if check:
        return f"Accepted: {answer.records:,} records would be loaded.{bad}"
    counts = f"{answer.inserted:,} inserted, {answer.updated:,} updated, {answer.unchanged:,} unchanged"
    if answer.recognised:
        return f"The same content was loaded before (batch {', '.join(answer.batches)}): {counts}."
    return f"Loaded {answer.records:,} records: {counts} (batch {', '.join(answer.batches)}).{bad}"


def _group(console: Console, reason: str, errors: list[RowError]) -> None:
    if all(error.row is None for error in errors):
        for error in errors:
            console.print(Text(f"{reason}: {error.message}"), soft_wrap=True)
        return
    table = Table(title=Text(f"{reason}: {len(errors)}"), title_justify="left", box=None, padding=(0, 2))
    for heading in ("row", "column", "found and accepted"):
        table.add_column(heading, justify="right" if heading == "row" else "left")
    for error in errors[:_SHOWN]:
        table.add_row(Text(f"{error.row or ''}"), Text(error.column or ""), Text(error.message))
    console.print(table)
    if len(errors) > _SHOWN:
        console.print(Text(f"   and {len(errors) - _SHOWN} more of this kind"), soft_wrap=True)
