"""What a version says beside its measures, as slots: plans, service hours, areas, grades."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from keepscore.contracts.slots import CARD, Block, Options, Reader, Row, Slot, per_options
from keepscore.contracts.week_text import DAYS, by_day
from keepscore.contracts.writing import Path

GRADES = {"A": "4.5", "B": "3.5", "C": "2.5", "D": "1.5", "F": "1"}


def head(read: Reader) -> Block:
    locked = _("Locked while a version is in force")
    days = (read.slot("ends", ("ends",), _("Last day"), "date"), read.slot("notice", ("notice",), _("Notice by"), "date"))
    names = (read.slot("client-name", ("client", "name"), _("Client's name")), read.slot("vendor", ("vendor",), _("Our name")))
    fixed = (read.slot("timezone", ("client", "timezone"), _("Time zone"), help=locked),
             read.slot("currency", ("currency",), _("Currency"), help=locked),
             read.slot("year-starts", ("year_starts",), _("Year starts in month"), help=_("1 to 12; locked likewise")))  # fmt: skip
    return Block("head", "", _("The contract as a whole"), 0, (days, names, fixed))


def version(read: Reader, at: Path) -> Block:
    fee = (read.slot("fee", (*at, "fee", "amount"), _("Fee")), read.choice("fee-per", (*at, "fee", "per"), _("for each"), per_options()))
    credits = (read.slot("at-risk", (*at, "credits", "at_risk"), _("At risk for credits"), help=_("Percent of the invoice")),
               read.slot("cap", (*at, "credits", "cap"), _("Credits at most"), help=_("Percent of the invoice")))  # fmt: skip
    priorities = read.words("priorities", (*at, "priorities"), _("Priorities that are agreed"), _("Such as P1, P2, P3"))
    first = read.slot("from", (*at, "from"), _("First day"), "date")
    return Block("version", "", _("This version"), 0, ((first, *fee), (*credits, priorities)))


def function(read: Reader, at: Path, index: int, node: CommentedMap, calendars: Options) -> Block:
    f, plans = f"f{index}", node.get("planned")
    rows: list[Row] = [(
        read.slot(f"{f}-name", (*at, "name"), _("Name")), read.slot(f"{f}-key", (*at, "key"), _("Key, as the records name it")),
        read.choice(f"{f}-calendar", (*at, "calendar"), _("Plan split by days of"), (("", _("every day")), *calendars)),
    )]  # fmt: skip
    paths = [(*at, "planned", n) for n in range(len(plans))] if isinstance(plans, CommentedSeq) else [(*at, "planned")]
    if isinstance(plans, (CommentedMap, CommentedSeq)):
        paths.append((*at, "planned", len(plans) if isinstance(plans, CommentedSeq) else 1))
    for n, path in enumerate(paths):
        rows.append((
            read.slot(f"{f}-{n}-volume", (*path, "volume"), _("Records planned")),
            read.slot(f"{f}-{n}-effort", (*path, "effort_hours"), _("Hours planned")),
            read.choice(f"{f}-{n}-per", (*path, "per"), _("for each"), per_options()),
            read.slot(f"{f}-{n}-from", (*path, "from"), _("from the day"), "date"),
        ))  # fmt: skip
    return Block("function", str(node.get("key") or ""), str(node.get("name") or node.get("key") or ""), index, tuple(rows))


def calendar(read: Reader, at: Path, index: int) -> Block:
    key, c = str(at[-1]), f"c{index}"
    rows: list[Row] = [(read.slot(f"{c}-timezone", (*at, "timezone"), _("Time zone of the clock on the wall")),)]
    days = by_day(read.file.get((*at, "hours")) or {})
    if days is not None:
        path: Path = (*at, "hours")
        rows.append(tuple(
            Slot(f"{c}-{day}", path, label, days[day], "code", form="hours") for day, label in zip(DAYS, _weekdays(), strict=True)
        ))  # fmt: skip
    if isinstance(read.file.get((*at, "holidays")), CommentedSeq):
        rows.append((read.words(f"{c}-closed", (*at, "holidays"), _("Closed on these days"), _("Days such as 2026-12-24, 2026-12-31")),))
    else:
        country, part = _("Two letters, such as GB; empty: none"), _("Such as ENG; empty: the whole country")
        rows.append((read.slot(f"{c}-country", (*at, "holidays", "country"), _("Public holidays of"), help=country),
                     read.slot(f"{c}-part", (*at, "holidays", "subdivision"), _("and its part"), help=part)))  # fmt: skip
    labels = (_("Other hours on the day"), _("Hours, or closed"))
    rows += read.entries(f"{c}-other", (*at, "overrides"), labels, free=1, kinds=("date", "code"))
    return Block("calendar", key, key, index, tuple(rows))


def card(read: Reader, at: Path) -> Iterator[Block]:
    """The page of areas, grades and what is enough: `at` is the version."""
    areas: Path = (*at, "scorecard", "areas")
    if read.file.get(areas) is not None:
        for index in range(read.count(areas) + 1):
            yield _area(read, (*areas, index), index, is_free=index == read.count(areas))
    rows = tuple(
        read.slot(f"grade-{grade}", (*at, "scorecard", "grades", grade), _("Lowest %(grade)s") % {"grade": grade}, help=_usual(usual))
        for grade, usual in GRADES.items()
    )
    yield Block("card", "", _("Grades"), 0, (rows,), CARD)
    enough, hold = (*at, "scorecard", "enough_data"), (*at, "scorecard", "ceilings")
    yield Block("card", "", _("Enough data"), 1, ((
        read.slot("coverage", (*enough, "coverage"), _("Coverage for a grade"), help=_usual("50%")),
        read.slot("records", (*enough, "records"), _("Records for a measure"), help=_usual("20")),
    ),), CARD)  # fmt: skip
    yield Block("card", "", _("Ceilings"), 2, ((
        read.slot("hold-critical", (*hold, "critical_missed"), _("Area with a critical miss"), help=_usual("2.4")),
        read.slot("hold-fewer", (*hold, "fewer_met_than_missed"), _("Fewer targets met than missed"), help=_usual("3.4")),
    ),), CARD)  # fmt: skip


def _area(read: Reader, at: Path, index: int, *, is_free: bool) -> Block:
    a = f"a{index}"
    rows: list[Row] = [(read.slot(f"{a}-name", (*at, "name"), _("Area")), read.slot(f"{a}-key", (*at, "key"), _("Key"), "code"),
                        read.slot(f"{a}-weight", (*at, "weight"), _("Weight"), help=_usual("1")))]  # fmt: skip
    for n in range(read.count((*at, "sub_areas")) + 1):
        sub = (*at, "sub_areas", n)
        rows.append((read.slot(f"{a}-{n}-name", (*sub, "name"), _("Sub-area")), read.slot(f"{a}-{n}-key", (*sub, "key"), _("Key"), "code"),
                     read.slot(f"{a}-{n}-weight", (*sub, "weight"), _("Weight"))))  # fmt: skip
    return Block("area", "", _("Another area") if is_free else rows[0][0].value, index, tuple(rows), CARD)


def _usual(value: str) -> str:
    return _("%(value)s unless the vendor says otherwise") % {"value": value}


def _weekdays() -> tuple[str, ...]:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
