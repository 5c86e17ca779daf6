"""The text of one field to its type: words, clients, moments, numbers, booleans, each value judged."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.clock.zones import zone
from keepscore.engine.saying import Figure, say
from keepscore.engine.tables import MOMENT
from keepscore.records.checks.distinct import distinct
from keepscore.records.checks.errors import Errors, Mask
from keepscore.records.checks.fields import REFERENCE
from keepscore.records.checks.formats import ISO, Form, compile_form
from keepscore.records.checks.moments import Moments, parse_moments, reasons
from keepscore.records.checks.numbers import parse_numbers
from keepscore.records.mapping_kinds import PAST, REQUIRED
from keepscore.records.mapping_model import ImportMapping

TRUE, FALSE = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
SIDES = ("vendor", "client", "third party")


@dataclass(frozen=True, slots=True)
class Known:
    """What the contracts know; None accepts any. `only_client` says that the whole file is that client's."""

    clients: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    only_client: str | None = None
    priorities: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """What a value is judged against."""

    mapping: ImportMapping
    known: Known
    now: datetime
    typed: bool
    errors: Errors

    def typed_column(self, name: str, text: pa.Array) -> pa.Array:
        """The field `name` in its type; null where blank or wrong. Every fault is added to `errors`."""
        if name in REQUIRED[self.mapping.table]:
            blank = pc.is_null(text).to_numpy(zero_copy_only=False)
            self.errors.add(blank, self.label(name), "required", None, say("%(field)s cannot be blank", field=name))
        kind = self.mapping.kind(name)
        if kind in ("moment", "promise"):
            return self._moment(name, text, end=kind == "promise")
        if kind in ("quantity", "number", "effort"):
            mark = "." if self.typed else self.mapping.decimal
            return parse_numbers(text, kind=kind, name=self.label(name), mark=mark, errors=self.errors)
        if kind == "boolean":
            return self._boolean(name, text)
        return self._word(name, kind, text)

    def label(self, name: str) -> str:
        """The column of the file a person knows, where the field reads one; else the field's name."""
        origins = self.mapping.fields[name].origins
        return origins[0] if len(origins) == 1 else name

    def _word(self, name: str, kind: str, text: pa.Array) -> pa.Array:
        label, errors = self.label(name), self.errors
        if kind in ("client", "function", "reference"):
            long = pc.greater(pc.utf8_length(text), REFERENCE).fill_null(False).to_numpy(zero_copy_only=False)
            errors.add(long, label, "out_of_range", text, _too_long(name))
        if kind == "client":
            if self.known.only_client is not None:
                other = _outside(text, (self.known.only_client,))
                wanted = say("this file is for the client %(client)s alone", client=self.known.only_client)
                errors.add(other, label, "client_scope", text, wanted)
            elif self.known.clients is not None:
                errors.add(_outside(text, self.known.clients), label, "unknown_client", text, _near(self.known.clients, _no_client))
        if kind == "function" and self.known.functions is not None:
            errors.add(_outside(text, self.known.functions), label, "unknown_function", text, _near(self.known.functions, _no_function))
        if name == "priority" and self.known.priorities is not None:
            errors.add(_outside(text, self.known.priorities), label, "enum", text, _near(self.known.priorities, _no_priority))
        if kind == "side":
            errors.add(_outside(text, SIDES), label, "enum", text, say("a side is vendor, client or third party"))
        return text

    def _boolean(self, name: str, text: pa.Array) -> pa.Array:
        spread = distinct(text)
        lower = pc.utf8_lower(spread.values)
        true, false = pc.is_in(lower, pa.array(TRUE)), pc.is_in(lower, pa.array(FALSE))
        wrong = pc.and_(pc.is_valid(lower), pc.invert(pc.or_(true, false))).to_numpy(zero_copy_only=False)
        self.errors.add(spread.mask(wrong), self.label(name), "bool_format", text, say("write true or false, yes or no, y or n, 1 or 0"))
        return spread.rows(pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_())))

    def _moment(self, name: str, text: pa.Array, *, end: bool) -> pa.Array:
        rule = self.mapping.fields[name]
        forms = forms_of(rule.format or self.mapping.dates, typed=self.typed)
        area = rule.timezone or self.mapping.timezone
        found = parse_moments(text, forms=forms, zone=zone(area) if area else None, day="end" if end else "start")
        label = self.label(name)
        tell_moments(found, text, label=label, forms=forms, area=area, errors=self.errors)
        known = found.known & ~self._outside_years(found, text, label)
        if name in PAST:
            late = known & (found.seconds > (self.now + timedelta(days=1)).timestamp())
            now = f"{self.now:%Y-%m-%d %H:%M} UTC"
            wanted = say("%(field)s lies at most one day after now (%(now)s)", field=name, now=now)
            self.errors.add(late, label, "future_date", text, wanted)
        return moments_array(found.seconds, known)

    def _outside_years(self, found: Moments, text: pa.Array, label: str) -> Mask:
        first, last = self.mapping.earliest, self.mapping.latest
        least = datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()
        most = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC).timestamp() + 86_400
        outside: Mask = found.known & ((found.seconds < least - 86_400) | (found.seconds > most))
        wanted = say("a moment lies between %(first)s and %(last)s, unless the mapping widens it", first=str(first), last=str(last))
        self.errors.add(outside, label, "out_of_range", text, wanted)
        return outside


def forms_of(texts: Iterable[str], *, typed: bool) -> tuple[Form, ...]:
    """The declared forms; cells that are moments by themselves are written in ISO 8601 and need no declaration."""
    forms = tuple(compile_form(text) for text in texts)
    return (*forms, ISO) if forms and typed and ISO not in forms else forms


def tell_moments(found: Moments, text: pa.Array, *, label: str, forms: tuple[Form, ...], area: str | None, errors: Errors) -> None:
    """Adds the faults of a column of moments."""
    accepted = " or ".join(form.text for form in forms or (ISO,))
    expected = {
        "date_format": say("write %(form)s", form=accepted),
        "date_invalid": say("there is no such day or time; write %(form)s", form=accepted),
        "date_ambiguous": "day and month cannot be told apart; declare the format in the mapping, such as %d/%m/%Y",
        "tz_missing": "add an offset such as +01:00 or Z, or name the timezone in the mapping",
        "dst_nonexistent": say("the clocks of %(zone)s skipped this time; write it with its offset", zone=area),
        "dst_ambiguous": say("the clocks of %(zone)s showed this time twice; write it with its offset", zone=area),
    }
    for reason in reasons():
        errors.add(found.failed(reason), label, reason, text, expected[reason])


def moments_array(seconds: np.ndarray, known: Mask) -> pa.Array:
    """Moments as Arrow, null where not known."""
    micro = np.where(known, seconds, 0) * 1_000_000
    return pa.array(micro, pa.int64(), mask=~known).cast(MOMENT)


def _outside(text: pa.Array, accepted: Iterable[str]) -> Mask:
    names = pa.array([unicodedata.normalize("NFC", name).strip() for name in accepted], pa.string())
    outside: Mask = pc.and_(pc.is_valid(text), pc.invert(pc.is_in(text, names))).to_numpy(zero_copy_only=False)
    return outside


def _too_long(name: str) -> str:
    return say("%(field)s holds at most %(most)s characters", field=name, most=Figure(f"{REFERENCE:,}"))


def _no_client(some: str) -> str:
    return say("the contracts know no such client, only %(some)s (small and capital letters differ)", some=some)


def _no_function(some: str) -> str:
    return say("the contracts know no such function, only %(some)s (small and capital letters differ)", some=some)


def _no_priority(some: str) -> str:
    return say("the contracts know no such priority, only %(some)s (small and capital letters differ)", some=some)


def _near(names: frozenset[str], wanted: Callable[[str], str]) -> str:
    some = ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
    return wanted(some or say("none"))
