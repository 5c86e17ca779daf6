"""Two texts line by line: what was taken out, what was put in, and a few lines around each place."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

AROUND = 3
LONG = 3000        # lines from which on exactness is given up for speed
Kind = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    kind: Kind
    before: int | None      # number of the line in the text before, and after
    after: int | None
    text: str
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    lines: tuple[DiffLine, ...]
    taken_out: int
    put_in: int

    @property
    def any(self) -> bool:
        return bool(self.taken_out or self.put_in)


def difference(before: str, after: str) -> Difference:
    old, new = before.splitlines(), after.splitlines()
    found: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > LONG).get_grouped_opcodes(AROUND):
        start = len(found)
        for tag, a, a_end, b, b_end in group:
            if tag == "equal":
                found += [DiffLine("same", a + n + 1, b + n + 1, old[a + n]) for n in range(a_end - a)]
            else:
                found += [DiffLine("out", n + 1, None, old[n]) for n in range(a, a_end)]
                found += [DiffLine("in", None, n + 1, new[n]) for n in range(b, b_end)]
        if start:
            first = found[start]
            found[start] = DiffLine(first.kind, first.before, first.after, first.text, after_gap=True)
    return Difference(tuple(found), sum(line.kind == "out" for line in found), sum(line.kind == "in" for line in found))
