"""What a measure counts, in plain words made from the contract."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.contracts.conditions import in_words
from keepscore.engine.contract.model import Count, Measure, Value, Version, Within
from keepscore.engine.contract.quantities import Duration
from keepscore.engine.results import MeasureResult
from keepscore.scores.calendars import calendar_of, has_holidays, hours_in_words
from keepscore.web import figures, words


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that the contract says; `condition` is a rule in words."""

    name: str
    text: str
    condition: str = ""


def sentence(measure: Measure, version: Version, *, zone: str) -> str:
    """What is measured, its limits, its clock: the sentences under the headline."""
    if measure.availability is not None:
        return _availability(measure, version, zone=zone)
    if measure.reported is not None:
        taken = {"last": _("the last one of the period counts"), "mean": _("their mean counts"), "sum": _("their sum counts")}
        return _("A figure that is reported from elsewhere; %(taken)s.") % {"taken": taken[measure.reported.take]}
    if measure.fact is not None:
        return _("Counted elsewhere; both numbers, how many and of how many, are handed in.")
    records = of_records(measure.count, version)
    if measure.value is not None:
        return _value(measure.value, records, version, zone=zone)
    at_most = measure.target is not None and measure.target.at_most is not None
    if isinstance(measure.kept_when, Within):
        late = (
            _("Share of %(records)s that are not done within %(limit)s.") if at_most else _("Share of %(records)s done within %(limit)s.")
        )
        return f"{late % {'records': records, 'limit': limits(measure.kept_when)}} {_clock(measure.kept_when, version, zone=zone)}"
    told = _("Share of %(records)s for which this is not so: %(rule)s.") if at_most else _("Share of %(records)s for which %(rule)s.")
    return told % {"records": records, "rule": in_words(str(measure.kept_when))}


def terms(measure: Measure, result: MeasureResult) -> tuple[Term, ...]:
    """The rest of what the contract says of a measure, for who wants to check it."""
    found = []
    if isinstance(measure.kept_when, str):
        found.append(Term(_("A record is kept when"), in_words(measure.kept_when)))
    if measure.kind in ("share", "value"):
        found.append(Term(_("Looks at"), _scope(measure.count)))
        found += [Term(_("Left out"), rule.reason, in_words(rule.where)) for rule in measure.leave_out]
        basis = {"opened": _("its opening"), "due": _("its promised moment"), "resolved": _("its end")}
        found.append(Term(_("A record counts by"), basis[result.counted_by or "opened"]))
    found.append(
        Term(
            _("Weight"),
            figures.decimal(measure.weight, figures.places_of(measure.weight, 2)) + (_(", critical") if measure.critical else ""),
        )
    )
    return tuple(found)


def curve(measure: Measure, result: MeasureResult) -> str:
    """How the figure becomes a score from 1 to 5."""
    if measure.fact is not None:
        return _("1 at none, 5 at all of them, in a straight line")
    if measure.curve is not None:
        points = sorted(measure.curve.items(), reverse=True)
        by_distance = result.target_kind == "between"
        told = [
            _("%(score)s at %(value)s")
            % {
                "score": figures.decimal(score, figures.places_of(score, 1)),
                "value": figures.bound_text(amount.value, result.unit, result.target),
            }
            for score, amount in points
        ]
        return ", ".join(told) + (_(" outside the band") if by_distance else "")
    if result.unit == "%":
        return _("5 when nothing is missed, 4 at the target, one less for each further time the allowed misses are spent")
    bound = result.target[0] if result.target else Fraction(0)
    values = {
        name: figures.bound_text(bound * share, result.unit, result.target)
        for name, share in (("best", Fraction(1, 2)), ("good", Fraction(1)), ("worst", Fraction(5, 2)))
    }
    return _("5 at %(best)s, 4 at %(good)s, 1 at %(worst)s") % values


def of_records(count: Count, version: Version) -> str:
    """ "records of Service desk", or "all records"."""
    name = next((function.name for function in version.functions if function.key == count.function), count.function)
    told = _("records of %(function)s") % {"function": name} if name else _("all records")
    return told + (_(" where %(condition)s") % {"condition": in_words(count.where)} if count.where else "")


def limits(rule: Within) -> str:
    """ "4 h", or "the limit of their priority: P1 4 h, P2 8 h, others 16 h"."""
    has_calendar = rule.calendar is not None
    if rule.by is None:
        return limit(rule.within["default"], has_calendar=has_calendar)
    listed = [f"{key} {limit(amount, has_calendar=has_calendar)}" for key, amount in rule.within.items() if key != "default"]
    if "default" in rule.within:
        listed.append(_("others %(limit)s") % {"limit": limit(rule.within["default"], has_calendar=has_calendar)})
    return _("the limit of their %(column)s: %(limits)s") % {"column": column(rule.by), "limits": ", ".join(listed)}


def limit(amount: Duration, *, has_calendar: bool) -> str:
    if not amount.days:
        return words.duration(amount.seconds)
    told = (
        ngettext("%(n)s working day", "%(n)s working days", amount.days)
        if has_calendar
        else ngettext("%(n)s day", "%(n)s days", amount.days)
    )
    return told % {"n": amount.days}


def column(name: str) -> str:
    """A column's name as people read it."""
    known = {
        "opened_at": _("opening"),
        "resolved_at": _("end"),
        "due_at": _("promised moment"),
        "priority": _("priority"),
        "site": _("site"),
        "function": _("function"),
    }
    return known.get(name) or name.replace("_", " ")


def _clock(rule: Within | Value, version: Version, *, zone: str) -> str:
    calendar = calendar_of(version, rule.calendar, zone=zone)
    hours = hours_in_words(calendar)
    if rule.calendar is not None and calendar.timezone != zone:
        hours = _("%(hours)s (%(zone)s)") % {"hours": hours, "zone": calendar.timezone}
    if has_holidays(calendar):
        hours = _("%(hours)s except on holidays") % {"hours": hours}
    sides = {"client": _("the client"), "third party": _("a third party"), "vendor": _("us")}
    waiting = [sides[side] for side in rule.pauses]
    if waiting:
        told = _("The clock runs %(hours)s, and stops while the record waits for %(sides)s.") % {"hours": hours, "sides": _or(waiting)}
    else:
        told = _("The clock runs %(hours)s, and never stops.") % {"hours": hours}
    if (rule.from_, rule.to) != ("opened_at", "resolved_at"):
        told += " " + _("It runs from %(start)s to %(end)s.") % {"start": column(rule.from_), "end": column(rule.to)}
    return told


def _value(value: Value, records: str, version: Version, *, zone: str) -> str:
    names = {"records": records, "n": value.percentile, "column": column(value.of)}
    if value.of != "elapsed":
        return (
            _("The mean %(column)s of %(records)s.") if value.mean else _("%(n)s in 100 %(records)s have at most this %(column)s.")
        ) % names
    told = (
        _("The mean time in which %(records)s are done.") if value.mean else _("The time inside which %(n)s in 100 %(records)s are done.")
    )
    return f"{told % names} {_clock(value, version, zone=zone)}"


def _availability(measure: Measure, version: Version, *, zone: str) -> str:
    asked = measure.availability
    assert asked is not None
    hours = hours_in_words(calendar_of(version, asked.calendar, zone=zone))
    planned = _("Planned outages are left out.") if asked.planned == "left out" else _("Planned outages count as well.")
    return (
        _("Share of the service time in which %(component)s was up. The clock runs %(hours)s.")
        % {"component": asked.component, "hours": hours}
        + f" {planned}"
    )


def _scope(count: Count) -> str:
    return {"in": _("work inside the contract"), "out": _("work outside the contract"), "all": _("all work")}[count.scope]


def _or(names: list[str]) -> str:
    return names[0] if len(names) == 1 else _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
