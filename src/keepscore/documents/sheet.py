"""The lower part of the sheet, cut to the height that the table leaves: misses first, pointers where lines are cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keepscore.documents import fit
from keepscore.documents.parts import BulletRow, Item

HEADING = 6.2
GAP = 0.85              # between the lines of a list
MOST_LINES = 3          # of one line of a list


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands under the table; the `_more` pointers say what was cut."""

    bullets: tuple[BulletRow, ...]
    well: tuple[Item, ...]
    missed: tuple[Item, ...]
    hidden: tuple[Item, ...]
    warnings: tuple[Item, ...]
    volume: str
    bullets_more: str = ""
    missed_more: str = ""


def fit_lists(lists: Lists, mm: float) -> Lists:
    """The lists in a column `mm` high: bullets on the left; on the right misses, then what an average hides, warnings, successes."""
    bullets, bullets_more = _bullets(lists.bullets, mm - HEADING)
    right = mm - 2 * HEADING - fit.LINE
    volume = fit.cut(lists.volume, fit.LIST_MM + 4, most=4)
    right -= fit.LINE * fit.lines(volume, fit.LIST_MM + 4) + 2.6 if volume else 0
    first_well = tuple(_tight(item) for item in lists.well[:1])
    right -= _height(first_well)
    missed, right = _take(lists.missed, right - fit.LINE)
    hidden, right = _take(lists.hidden[:3], right)
    warnings, right = _take(lists.warnings[:3], right)
    more_well, right = _take(lists.well[1:3], right)
    cut_misses = len(lists.missed) - len(missed)
    return replace(lists, bullets=bullets, bullets_more=bullets_more, volume=volume, missed=missed, hidden=hidden, warnings=warnings,
                   well=first_well + more_well, missed_more=f"and {cut_misses} more missed, see the full page" if cut_misses else "")


def _bullets(rows: tuple[BulletRow, ...], mm: float) -> tuple[tuple[BulletRow, ...], str]:
    room = int(mm / fit.BULLET)
    shown = rows if len(rows) <= room else rows[:room - 1]
    left = rows[len(shown):]
    missed = sum(row.outcome == "missed" for row in left)
    more = f"and {len(left)} more{f', {missed} of them missed' if missed else ''}, see the full page" if left else ""
    return tuple(replace(row, name=fit.cut(row.name, fit.BULLET_NAME_MM)) for row in shown), more


def _take(items: Sequence[Item], mm: float) -> tuple[tuple[Item, ...], float]:
    """As many lines as fit, in their order, and the height that is left."""
    taken: list[Item] = []
    for item in items:
        tight = _tight(item)
        if _height((tight,)) > mm:
            break
        taken.append(tight)
        mm -= _height((tight,))
    return tuple(taken), mm


def _tight(item: Item) -> Item:
    strong = fit.cut(item.strong, fit.LIST_MM)
    whole = fit.cut(f"{strong} {item.rest}".strip(), fit.LIST_MM, most=MOST_LINES)
    return Item(strong, whole[len(strong):].strip())


def _height(items: Sequence[Item]) -> float:
    return sum(fit.lines(f"{item.strong} {item.rest}", fit.LIST_MM) * fit.LINE + GAP for item in items)
