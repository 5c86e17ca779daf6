"""The lower part of the sheet, cut to the height that the table leaves: misses first, pointers where lines are cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keepscore.documents import fit, words
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
    """The lists in a part `mm` high: bullets on the left; on the right successes, misses, what an average hides, warnings.

    The three furthest misses, the first warning and the first hidden group go before further misses, and these before
    further successes; whatever is cut is counted in a pointer.
    """
    bullets, bullets_more = _bullets(lists.bullets, mm - HEADING)
    volume = fit.cut(lists.volume, fit.LIST_MM + 4, most=3 if len(lists.missed) > 3 else 4)
    room = mm - 2 * HEADING - (fit.LINE if lists.missed else 0)
    room -= fit.LINE * fit.lines(volume, fit.LIST_MM + 4) + 2.6 if volume else 0
    fitted = _right(lists, room)
    if fitted.missed_more:      # then the pointer needs its own line, or two
        fitted = _right(lists, room - fit.LINE * fit.lines(fitted.missed_more, fit.LIST_MM, 7.6))
    return replace(fitted, bullets=bullets, bullets_more=bullets_more, volume=volume)


def _right(lists: Lists, mm: float) -> Lists:
    """The lists of the right column in `mm`."""
    right = _Column(mm, 2 if len(lists.missed) + len(lists.warnings) > 3 else MOST_LINES)
    well = right.take(lists.well[:1])
    missed, warnings, hidden = right.take(lists.missed[:3]), right.take(lists.warnings[:1]), right.take(lists.hidden[:1])
    if len(missed) == 3:
        missed += right.take(lists.missed[3:])
    hidden += right.take(lists.hidden[1:]) if hidden else ()
    warnings += right.take(lists.warnings[1:]) if warnings else ()
    well += right.take(lists.well[1:3])
    return replace(lists, well=well, missed=missed, hidden=hidden, warnings=warnings, missed_more=_pointer(lists, missed, hidden, warnings))


def _pointer(lists: Lists, missed: Sequence[Item], hidden: Sequence[Item], warnings: Sequence[Item]) -> str:
    cut = (
        (len(lists.missed) - len(missed), "missed", "missed"),
        (len(lists.hidden) - len(hidden), "hidden group", "hidden groups"),
        (len(lists.warnings) - len(warnings), "warning", "warnings"),
    )
    told = [f"{number} {'more ' if at == 0 else ''}{one if number == 1 else many}" for at, (number, one, many) in enumerate(cut) if number]
    return f"and {words.listed(told)}, see the full page" if told else ""


@dataclass(slots=True)
class _Column:
    """Height that is left in a column, in mm, and how many lines one item may have."""

    left: float
    most: int

    def take(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """As many items as fit, in their order."""
        taken = []
        for item in items:
            tight = _tight(item, self.most)
            height = fit.lines(f"{tight.strong} {tight.rest}", fit.LIST_MM) * fit.LINE + GAP
            if height > self.left:
                break
            self.left -= height
            taken.append(tight)
        return tuple(taken)


def _bullets(rows: tuple[BulletRow, ...], mm: float) -> tuple[tuple[BulletRow, ...], str]:
    room = int(mm / fit.BULLET)
    shown = rows if len(rows) <= room else rows[:room - 1]
    left = rows[len(shown):]
    missed = sum(row.outcome == "missed" for row in left)
    more = f"and {len(left)} more{f', {missed} of them missed' if missed else ''}, see the full page" if left else ""
    return tuple(replace(row, name=fit.cut(row.name, fit.BULLET_NAME_MM)) for row in shown), more


def _tight(item: Item, most: int) -> Item:
    strong = fit.cut(item.strong, fit.LIST_MM)
    whole = fit.cut(f"{strong} {item.rest}".strip(), fit.LIST_MM, most=most)
    return Item(strong, whole[len(strong):].strip())
