"""Everything that a measure says, as slots: in short among the others, and in full on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from keepscore.contracts.slots import Block, Options, Reader, Row, Slot, measure_page
from keepscore.contracts.writing import Path

LEVELS = 3      # free points of a curve that is begun; one more is free in a curve that is written


class MeasureSlots:
    """The slots of the measure at `at`; `options` are the calendars, functions and sub-areas of its version."""

    def __init__(self, read: Reader, at: Path, index: int, *, calendars: Options, functions: Options, sub_areas: Options) -> None:
        self.read, self.at, self.index, self.m = read, at, index, f"m{index}"
        self.measure: CommentedMap = read.file.get(at)
        self._calendars, self._functions, self._sub_areas = calendars, functions, sub_areas
        self.key = str(self.measure.get("key") or "")
        self.title = str(self.measure.get("name") or self.key)

    def blocks(self) -> Iterator[Block]:
        """In short for the page of all terms, then in full for the page of this measure."""
        brief = ((self._name(), *self._target(), self._weight()), self._limits(), *(() if self._has("fact") else self._leave_out()))
        yield self._block("measure", self.title, brief, page="")
        page = measure_page(self.index)
        yield self._block("part", _("The measure"), self._what_it_is(), page=page)
        if self._has("kept_when") or self._has("value") or self._has("count"):
            yield self._block("part", _("Records it looks at"), self._records(), page=page)
        yield self._block("part", self._rule_title(), self._rule(), page=page)
        if not self._has("fact"):
            yield self._block("part", _("Target and score"), self._promise(), page=page)
            yield self._block("part", _("Left out"), self._leave_out(), page=page)
            yield self._block("part", _("Credit"), self._credit(), page=page)

    def _block(self, kind: str, title: str, rows: tuple[Row, ...], *, page: str) -> Block:
        given = {"page": page} if page else {}
        return Block(kind, self.key, title, self.index, tuple(row for row in rows if row), **given)  # type: ignore[arg-type]

    def _has(self, rule: str) -> bool:
        return self.measure.get(rule) is not None

    def _slot(self, name: str, path: Path, label: str, kind: str = "text", help: str = "") -> Slot:
        return self.read.slot(f"{self.m}-{name}", (*self.at, *path), label, kind, help)  # type: ignore[arg-type]

    def _choice(self, name: str, path: Path, label: str, options: Options, usual: str = "") -> Slot:
        return self.read.choice(f"{self.m}-{name}", (*self.at, *path), label, options, usual)

    # --- the parts ---
    def _name(self) -> Slot:
        return self._slot("name", ("name",), _("Name"))

    def _weight(self) -> Slot:
        return self._slot("weight", ("weight",), _("Weight"), help=_("1 where nothing is written"))

    def _what_it_is(self) -> tuple[Row, ...]:
        key = self._slot("key", ("key",), _("Key"), "code", _("Periods are compared by it"))
        critical = self.read.yes_no(f"{self.m}-critical", (*self.at, "critical"), _("Critical"), _("Missed, it holds its area down"))
        return ((self._name(), key), (self._choice("area", ("sub_area",), _("Sub-area"), self._sub_areas), self._weight(), critical))

    def _records(self) -> tuple[Row, ...]:
        scope = (("", _("inside the contract")), ("out", _("outside it")), ("all", _("all work")))
        moments = (("", _("due, else opened, moment")), ("opened", _("opened moment")), ("due", _("due moment")),
                   ("resolved", _("closed moment")))  # fmt: skip
        groups = self.read.words(f"{self.m}-groups", (*self.at, "groups"), _("Groups to show"), _("Columns such as priority, site"))
        return (
            (self._choice("function", ("count", "function"), _("Function"), (("", _("all")), *self._functions)),
             self._choice("scope", ("count", "scope"), _("Work"), scope, "in"),
             self._choice("by-moment", ("counted_by",), _("Period by"), moments)),
            (self._slot("where", ("count", "where"), _("Only where"), "code", _("A condition such as kind = 'request'")), groups),
        )  # fmt: skip

    def _rule_title(self) -> str:
        titles = {"value": _("Value"), "availability": _("Availability"), "reported": _("Reported figure"), "fact": _("So many of so many")}
        return next((title for rule, title in titles.items() if self._has(rule)), _("When a record is kept"))

    def _rule(self) -> tuple[Row, ...]:
        rows: list[Row] = []
        if isinstance(self.measure.get("kept_when"), CommentedMap):
            rows += [self._limits(), self._other_limit(), *self._clock("kept_when")]
        elif self._has("kept_when"):
            rows.append((self._slot("kept", ("kept_when",), _("Kept when"), "code", _("A condition such as resolved_at <= due_at")),))
        if self._has("value"):
            rows += [self._statistic(), *self._clock("value")]
        if self._has("availability"):
            planned = (("", _("left out")), ("counted", _("counted")))
            rows.append((self._slot("component", ("availability", "component"), _("Component, as the outages name it")),
                         self._choice("planned", ("availability", "planned"), _("Planned outages"), planned, "left out"),
                         self._calendar("availability")))  # fmt: skip
        if self._has("reported"):
            take = (("", _("the last one")), ("mean", _("their mean")), ("sum", _("their sum")))
            unit = self._slot("unit", ("reported", "unit"), _("Unit"), help=_("% for a share, or a word"))
            rows.append((unit, self._choice("take", ("reported", "take"), _("Of several figures"), take, "last")))
        if self._has("fact"):
            rows.append((self._slot("of", ("fact", "unit"), _("What is counted"), help=_("A word such as goals")),))
        return tuple(rows)

    def _limits(self) -> Row:
        """One limit, or one for each value of the column: those written, and the priorities that have none yet."""
        within = self.read.file.get((*self.at, "kept_when", "within"))
        if isinstance(within, str):
            return (self._slot("limit", ("kept_when", "within"), _("Limit")),)
        if not isinstance(within, CommentedMap):
            return ()
        by = self.read.file.get((*self.at, "kept_when", "by"))
        listed = self.read.file.get((*self.at[:2], "priorities")) if by == "priority" else None
        written = [str(key) for key in within if key not in ("default", "")]
        keys = dict.fromkeys([*map(str, listed if isinstance(listed, CommentedSeq) else ()), *written])
        found = [
            self._slot(f"limit{n}", ("kept_when", "within", key), _("Limit %(value)s") % {"value": key}) for n, key in enumerate(keys)
        ]
        return (*found, self._slot("limit-default", ("kept_when", "within", "default"), _("Limit, others")))

    def _other_limit(self) -> Row:
        """A limit for a value that has none yet."""
        path: Path = (*self.at, "kept_when", "within", "")
        value = self.read.file.get(path) or ""
        by = self._slot("by", ("kept_when", "by"), _("Limits by"), "code", _("A column such as priority"))
        return (by, Slot(f"{self.m}-other-key", path, _("Another value"), "", form="key"),
                Slot(f"{self.m}-other", path, _("Its limit"), str(value), form="item"))  # fmt: skip

    def _statistic(self) -> Row:
        return (
            self._slot("percentile", ("value", "percentile"), _("Percentile"), help=_("1 to 100; empty for the mean")),
            self.read.yes_no(f"{self.m}-mean", (*self.at, "value", "mean"), _("The mean instead")),
            self._slot("of", ("value", "of"), _("Of"), "code", _("elapsed, or a column of numbers")),
        )

    def _clock(self, rule: str) -> Iterator[Row]:
        """From where to where time is counted, in which hours, without which pauses."""
        yield (self._slot("from", (rule, "from"), _("Time from"), "code", _("opened_at where nothing is written")),
               self._slot("to", (rule, "to"), _("Time to"), "code", _("resolved_at where nothing is written")))  # fmt: skip
        yield self._calendar(rule), self.read.sides(f"{self.m}-pauses", (*self.at, rule, "pauses"), _("Pauses that do not count"))

    def _calendar(self, rule: str) -> Slot:
        return self._choice("calendar", (rule, "calendar"), _("Service hours"), (("", _("day and night")), *self._calendars))

    def _target(self) -> Row:
        """The bound that is written, or the usual one."""
        if self._has("fact"):
            return ()
        target = self.measure.get("target")
        given = target if isinstance(target, CommentedMap) else {}
        if isinstance(given.get("between"), CommentedSeq):
            return self._between()
        if given.get("at_most") is not None:
            return (self._slot("target", ("target", "at_most"), _("Target, at most")),)
        return (self._slot("target", ("target", "at_least"), _("Target, at least")),)

    def _between(self) -> Row:
        path: Path = ("target", "between")
        return (self._slot("low", (*path, 0), _("Target, from")), self._slot("high", (*path, 1), _("Target, to")))

    def _promise(self) -> tuple[Row, ...]:
        """Every kind of target beside the one that is written, and the points of the curve."""
        shown = self._target()
        others = (self._slot("least", ("target", "at_least"), _("or at least")), self._slot("most", ("target", "at_most"), _("or at most")),
                  *self._between())  # fmt: skip
        taken = {slot.path for slot in shown}
        curve: Path = (*self.at, "curve")
        free = 1 if isinstance(self.read.file.get(curve), CommentedMap) else LEVELS
        points = self.read.entries(f"{self.m}-curve", curve, (_("Score, 1 to 5"), _("at the value")), free=free)
        return ((*shown, *(slot for slot in others if slot.path not in taken)), *points)

    def _leave_out(self) -> tuple[Row, ...]:
        """Each rule, and one more that is free."""
        return tuple(
            (self._slot(f"out{n}-where", ("leave_out", n, "where"), _("Leave out where"), "code"),
             self._slot(f"out{n}-reason", ("leave_out", n, "reason"), _("Reason, as it is printed")))
            for n in range(self.read.count((*self.at, "leave_out")) + 1)
        )  # fmt: skip

    def _credit(self) -> tuple[Row, ...]:
        allocation = self._slot("allocation", ("credit", "allocation"), _("Part of the amount at risk"), help=_("A percent such as 40%"))
        tiers = tuple(
            (self._slot(f"tier{n}-below", ("credit", "tiers", n, "below"), _("Below")),
             self._slot(f"tier{n}-pays", ("credit", "tiers", n, "pays"), _("it pays")))
            for n in range(self.read.count((*self.at, "credit", "tiers")) + 1)
        )  # fmt: skip
        back = (self._slot("back-quarters", ("credit", "earn_back", "quarters"), _("Earned back after, quarters")),
                self._slot("back-least", ("credit", "earn_back", "at_least"), _("of at least")))  # fmt: skip
        return ((allocation,), *tiers, back)
