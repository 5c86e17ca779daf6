"""The scorecard page as finished words, and the numbers its charts are drawn from.

HTML and PDF show the same `ScorecardPage`; neither counts, rounds or words anything itself.
Lists on the sheet are already cut to one page of A4 or Letter; `full` holds everything uncut.
Floats appear only as positions in pictures, from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from keepscore.engine.contract.model import Grades

Outcome = Literal["met", "missed", "not judged"]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing adds: when it was frozen, the digest, which correction it is, and where it can be read."""

    at: datetime
    digest: str                     # hexadecimal SHA-256
    number: int = 1                 # 2 and up are corrections
    reason: str | None = None       # why a correction was made
    address: str | None = None      # where the client reads it; the QR code
    stands: str | None = None       # why it no longer stands: "Withdrawn 14 October 2026", "Replaced by correction 2"


@dataclass(frozen=True, slots=True)
class Notes:
    """What the result does not hold but the page prints: the grade cut-offs, and who answers for it.

    Without `grades` no cut-off is printed: those of another contract would be worse than none.
    """

    grades: Grades | None = None
    contact: str | None = None      # "Ruth Adeyemi, account lead"


@dataclass(frozen=True, slots=True)
class Mark:
    """One side's grade in the head of the sheet."""

    label: str                      # "Our score, measured", "Your rating"
    grade: str                      # "B"; "" where there is none
    score: str                      # "3.7", "not yet", "no score"
    was: str                        # "was 3.6"; "" where nothing came before
    note: str                       # why there is no grade; "" otherwise
    spark: tuple[int | None, ...]   # tenths by period, oldest first, the last is this period's; () draws nothing
    spark_says: str                 # the same as a sentence
    good_from: int | None           # tenths from which a grade B begins, the grey band; None draws no band


@dataclass(frozen=True, slots=True)
class SubAreaRow:
    name: str
    shows: str                      # what we can show
    evidence: str                   # "9,123 records"; "" where none
    us: str                         # "4.5" or "no score"
    us_tenths: int | None           # for the dumbbell
    us_says: str                    # "Delivery against targets: our score 2.5, your rating not yet"
    you: str                        # "not yet"
    reason: str                     # "not yet"


@dataclass(frozen=True, slots=True)
class AreaRows:
    name: str
    us: str
    you: str
    rows: tuple[SubAreaRow, ...]


@dataclass(frozen=True, slots=True)
class BulletRow:
    """One measure against its target."""

    name: str
    value: str
    target: str
    outcome: Outcome
    word: str                       # "missed", "met", "too few records: 7 of 20", "no records"
    at: float | None                # the result on the bullet, 0 to 1; the target stands at charts.TARGET_AT
    says: str                       # "Requests closed in target time: 84.7%, target 92%, missed"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list; `strong` is set bold before `rest`."""

    strong: str
    rest: str


@dataclass(frozen=True, slots=True)
class Footer:
    """The two blocks under the sheet and what stands beside them."""

    plan: str                       # "not yet"
    verify: tuple[str, ...]         # sentences
    digest: tuple[str, ...]         # lines of 8-character groups; () for a draft
    command: str                    # "keepscore verify BUNDLE"; "" for a draft
    address: str                    # text of the QR code; "" draws none
    address_text: str               # the same without "https://"
    vendor: str
    contact: str
    grades: str                     # "A is 4.5 and up, B 3.5, C 2.5, D 1.5"; "" where not known


@dataclass(frozen=True, slots=True)
class GroupRow:
    column: str
    value: str
    share: str                      # "71.4%"
    counts: str                     # "10 kept, 4 missed"
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MonthRow:
    """Work of a month inside and above the planned volume."""

    month: str
    allowed: str
    actual: str
    inside: str                     # "1,674 of 1,800 kept"
    rest: str


@dataclass(frozen=True, slots=True)
class FullMeasure:
    """All about one measure, uncut."""

    name: str
    place: str                      # "Team Performance, Delivery against targets. Weight 2, critical. A record counts by its opening."
    bullet: BulletRow | None        # None for a fact, which has no target
    word: str
    value: str
    target: str
    score: str
    facts: tuple[tuple[str, str], ...]      # ("Records in", "9,200"), ("Left out", "31"), ...
    left_out: tuple[tuple[str, str], ...]   # (reason, count)
    unjudged: tuple[tuple[str, str], ...]
    trend: tuple[str, ...]
    groups: tuple[GroupRow, ...]
    volume: str                     # the sentence on planned volume; ""
    months: tuple[MonthRow, ...]


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """Work of one function against its plan; bar lengths are shares of the longest of all functions."""

    name: str
    volume: str
    planned: str                    # "not planned" where the contract has none
    difference: str                 # "+29%"; ""
    effort: str                     # "3,480 h"
    planned_effort: str
    effort_difference: str
    out_of_scope: str               # "14 records, 21 h outside the contract"; ""
    bar: float
    bar_outside: float              # work outside the contract, at the end of the bar
    plan_bar: float | None
    says: str


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """A step from 5.00 to the score; shown amounts add up exactly."""

    name: str
    amount: str                     # "−0.42"; the two ends "5.00", "3.68"
    start: float                    # 0 to 1 of the scale from 1 to 5
    end: float
    is_total: bool
    is_missed: bool                 # a missed target, or a ceiling: drawn in red


@dataclass(frozen=True, slots=True)
class FullPage:
    """Everything behind the sheet."""

    measures: tuple[FullMeasure, ...]
    areas: tuple[AreaRows, ...]
    actions: tuple[tuple[str, str], ...]    # sub-area, what we can show for it, uncut
    functions: tuple[FunctionRow, ...]
    waterfall: tuple[WaterfallRow, ...]
    ceilings: tuple[str, ...]
    warnings: tuple[str, ...]
    made: tuple[tuple[str, str], ...]       # how this page was made: ("Records seen up to", ...), ...


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    """One sheet, and the full page behind it."""

    title: str                      # "Marlowe Foods scorecard, Q3 2026"
    eyebrow: str                    # "Client scorecard, Q3 2026: 1 July to 30 September. Sample data. Draft, not frozen"
    state: str                      # one line above the sheet on screen
    client: str
    finding: str
    sample: bool
    draft: bool
    ours: Mark
    yours: Mark
    coverage: str                   # "70% of the weight had data"; "" at 100 %
    ceilings: tuple[str, ...]       # stated holds, short
    areas: tuple[AreaRows, ...]
    areas_more: str                 # pointer where rows were cut; ""
    bullets: tuple[BulletRow, ...]
    bullets_more: str               # "and 4 more, see the full page"; ""
    well: tuple[Item, ...]
    missed: tuple[Item, ...]
    missed_more: str
    changes: str                    # "What changes: not yet agreed."; "" where nothing was missed
    hidden: tuple[Item, ...]        # groups that an average hides
    warnings: tuple[Item, ...]      # only while the period is open
    volume: str                     # ""
    footer: Footer
    full: FullPage
