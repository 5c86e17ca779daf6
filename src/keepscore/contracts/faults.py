"""The faults of a text as a page shows them: each with its line, and the lines themselves with a few around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from keepscore.engine.contract import Fault
from keepscore.engine.contract.defaults import ORIGIN

AROUND = 2          # lines shown before and after one with a fault
SHOWN = 100         # faults listed; the total is always said


@dataclass(frozen=True, slots=True)
class FaultRow:
    line: int           # 0: not in this text but in the vendor-wide defaults under it
    where: str          # dotted path in the file, empty for the file as a whole
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    faults: tuple[str, ...]
    after_gap: bool


@dataclass(frozen=True, slots=True)
class FaultList:
    total: int
    rows: tuple[FaultRow, ...]
    lines: tuple[Line, ...]


def fault_list(text: str, faults: Sequence[Fault]) -> FaultList:
    shown = faults[:SHOWN]
    own = [fault for fault in shown if not fault.key.startswith(ORIGIN)]
    rows = tuple(FaultRow(fault.line if fault in own else 0, fault.key, fault.found, _sentence(fault.expected)) for fault in shown)
    return FaultList(len(faults), rows, _lines(text, own))


def _lines(text: str, faults: Sequence[Fault]) -> tuple[Line, ...]:
    written = text.split("\n")
    by_line: dict[int, list[str]] = defaultdict(list)
    for fault in faults:
        by_line[min(fault.line, len(written))].append(_sentence(fault.expected))
    near = sorted({n for line in by_line for n in range(line - AROUND, line + AROUND + 1) if 1 <= n <= len(written)})
    return tuple(Line(n, written[n - 1], tuple(by_line.get(n, ())), n > 1 and n - 1 not in near) for n in near)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
