"""The corpus of bad and tricky files: each with its verdict, and every reason with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HEADER = ("id", "client", "function", "opened", "due", "resolved", "ordered", "effort", "accepted", "note")
GOOD = ("T-1", "marlowe", "desk", "2026-03-02 09:00", "2026-03-03", "2026-03-02T15:30:00Z", "12.50", "45", "yes", "a note")
MAPPING = """\
keepscore: 1
source: servicedesk
timezone: Europe/London
blanks: ["?", "NULL", "N/A"]
fields:
  reference: id
  client: client
  function: function
  opened_at: opened
  due_at: due
  resolved_at: resolved
  quantity_ordered: ordered
  effort_minutes: effort
  accepted: accepted
  note: {column: note, type: text}
"""
Found = tuple[str, int | None, str | None]      # reason, row, column


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what the door has to say about it."""

    name: str
    content: bytes | Callable[[], bytes]    # heavy ones are made when they are needed
    errors: tuple[Found, ...] = ()      # none: accepted
    records: int = 0                    # of an accepted file
    mapping: str = MAPPING
    suffix: str = "csv"
    beside: tuple[tuple[str, bytes], ...] = ()
    heavy: bool = False                 # worth measuring: meant to cost much

    def made(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()


def row(**cells: str) -> tuple[str, ...]:
    """The good row with some cells changed."""
    return tuple(cells.get(name, good) for name, good in zip(HEADER, GOOD, strict=True))


def text(rows: Iterable[Sequence[str]], *, header: Sequence[str] = HEADER, mark: str = ",", end: str = "\r\n") -> bytes:
    """Rows as a CSV in UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=mark)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().replace("\r\n", end).encode()


def with_lines(*lines: str, base: str = MAPPING) -> str:
    """The mapping with further top-level lines in place of those it has."""
    names = {line.split(":")[0] for line in lines}
    kept = [line for line in base.splitlines() if line.split(":")[0] not in names]
    return "\n".join([*kept[:2], *lines, *kept[2:]]) + "\n"


def corpus() -> list[Case]:
    """All cases, each name once."""
    import corpus_mappings
    import corpus_other
    import corpus_sheets
    import corpus_text
    import corpus_values

    return [
        *corpus_values.cases(), *corpus_text.cases(), *corpus_sheets.cases(), *corpus_other.cases(), *corpus_mappings.cases(),
    ]
