"""The terms of a version in plain words: what a measure counts, when a record is kept, what is promised and what is paid back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from keepscore.contracts.conditions import column_in_words, in_words
from keepscore.engine.contract.model import Credit, Function, Measure, ScorecardTerms, Target, Value, Version, Within
from keepscore.engine.contract.quantities import Duration, Quantity
from keepscore.web import words
from keepscore.web.figures import bound_text, count, decimal, listed, places_of

PER = {
    "month": gettext_lazy("a month"), "quarter": gettext_lazy("a quarter"), "half-year": gettext_lazy("a half-year"),
    "year": gettext_lazy("a year"),
}  # fmt: skip


def _per(name: str) -> str:
    return str(PER[name])


def counts(measure: Measure, version: Version) -> str:
    """Which records a measure looks at, or where its figure comes from."""
    if measure.availability is not None:
        return _time_up(measure)
    if measure.reported is not None:
        take = {"last": _("the last figure of the period"), "mean": _("the mean of the period's figures"),
                "sum": _("the sum of the period's figures")}[measure.reported.take]
        return _("A figure that is reported: %(take)s") % {"take": take}
    if measure.fact is not None:
        return _("How many of all %(unit)s; both numbers are handed in") % {"unit": measure.fact.unit or _("items")}
    return _records(measure, version)


def _records(measure: Measure, version: Version) -> str:
    names = {function.key: function.name for function in version.functions}
    rule = measure.count
    told = _("%(function)s records") % {"function": names.get(rule.function, rule.function)} if rule.function else _("All records")
    if rule.where:
        told += _(" where %(condition)s") % {"condition": in_words(rule.where)}
    return told + {"in": "", "out": _(", work outside the contract"), "all": _(", also work outside the contract")}[rule.scope]


def _time_up(measure: Measure) -> str:
    rule = measure.availability
    assert rule is not None
    hours = _("in %(calendar)s hours") % {"calendar": rule.calendar} if rule.calendar else _("day and night")
    planned = _("planned outages left out") if rule.planned == "left out" else _("planned outages counted")
    told = _("Share of the time that %(component)s is up, %(hours)s; %(planned)s")
    return told % {"component": rule.component, "hours": hours, "planned": planned}


def kept(measure: Measure) -> str:
    """When one record keeps the measure, or which figure is taken of all of them; empty where nothing is judged one by one."""
    if measure.value is not None:
        return _figure(measure.value)
    if isinstance(measure.kept_when, Within):
        return _within(measure.kept_when)
    return _("Kept when %(condition)s") % {"condition": in_words(measure.kept_when)} if measure.kept_when else ""


def _within(rule: Within) -> str:
    limits = {key: limit_text(limit) for key, limit in rule.within.items()}
    default = limits.pop("default", None)
    parts = [f"{key} {limit}" for key, limit in limits.items()]
    if default:
        parts.append(_("others %(limit)s") % {"limit": default} if parts else default)
    return _("Kept within %(limits)s") % {"limits": listed(parts)} + _clock(rule)


def _clock(rule: Within | Value) -> str:
    told = ""
    if (rule.from_, rule.to) != ("opened_at", "resolved_at"):
        told += _(", from %(start)s to %(end)s") % {"start": column_in_words(rule.from_), "end": column_in_words(rule.to)}
    if rule.calendar:
        told += _(", counted in %(calendar)s hours") % {"calendar": rule.calendar}
    if rule.pauses:
        sides = listed({"vendor": _("us"), "client": _("the client"), "third party": _("others")}[side] for side in rule.pauses)
        told += _("; time paused by %(sides)s does not count") % {"sides": sides}
    return told


def _figure(rule: Value) -> str:
    what = _("the time taken") if rule.of == "elapsed" else column_in_words(rule.of)
    told = _("The mean of %(what)s") if rule.mean else _("The middle one of %(what)s") if rule.percentile == 50 else ""
    if not told:
        told = _("%(share)s%% of records are no higher: %(what)s")
        return told % {"share": rule.percentile, "what": what} + (_clock(rule) if rule.of == "elapsed" else "")
    return told % {"what": what} + (_clock(rule) if rule.of == "elapsed" else "")


def limit_text(limit: Duration) -> str:
    """4h is "4 h", 2d is "2 days" (working days where a calendar applies)."""
    if limit.days:
        return ngettext("%(days)s day", "%(days)s days", limit.days) % {"days": limit.days}
    return str(limit).replace("h", " h").replace("m", " min").replace("s", " s")


def target(rule: Target | None) -> str:
    """"at least 92%", "at most 6 h", "90 to 110"; nothing for a fact."""
    if rule is None:
        return ""
    bounds = tuple(bound.value for bound in rule.bounds)
    told = [_amount(bound, bounds) for bound in rule.bounds]
    if rule.between:
        return pgettext("bounds of a target", "%(low)s to %(high)s") % {"low": told[0], "high": told[1]}
    return (_("at least %(bound)s") if rule.at_least else _("at most %(bound)s")) % {"bound": told[0]}


def _amount(quantity: Quantity, bounds: tuple[Fraction, ...] = ()) -> str:
    return bound_text(quantity.value, quantity.unit, bounds)


def credit(rule: Credit | None) -> str:
    """What is owed when the target is missed."""
    if rule is None:
        return ""
    each = _("below %(value)s pays %(share)s")
    tiers = listed(each % {"value": _amount(tier.below), "share": _percent(tier.pays)} for tier in rule.tiers)
    told = _("%(share)s of the amount at risk: %(tiers)s") % {"share": _percent(rule.allocation), "tiers": tiers}
    if rule.earn_back is not None:
        after = ngettext("%(n)s quarter", "%(n)s quarters", rule.earn_back.quarters) % {"n": rule.earn_back.quarters}
        told += _("; earned back by %(after)s of at least %(value)s") % {"after": after, "value": _amount(rule.earn_back.at_least)}
    return told


def _percent(share: Fraction) -> str:
    return bound_text(share, "%", ())


def plan(function: Function) -> tuple[str, ...]:
    """One line for each plan: "5,400 records and 2,700 h a quarter, from 1 July 2026"."""
    records, hours, since = _("%(n)s records"), _("%(n)s h"), _(", from %(day)s")      # a plan may have a line for each month
    pers = {name: _per(name) for name in {agreed.per for agreed in function.planned}}
    lines = []
    for agreed in function.planned:
        parts = [records % {"n": _plain(agreed.volume)}] if agreed.volume is not None else []
        parts += [hours % {"n": _plain(agreed.effort_hours)}] if agreed.effort_hours is not None else []
        lines.append(f"{listed(parts)} {pers[agreed.per]}{since % {'day': words.day_long(agreed.from_)} if agreed.from_ else ''}")
    return tuple(lines)


def _plain(value: Decimal) -> str:
    if value == value.to_integral_value():
        return count(int(value))
    exact = Fraction(value)
    return decimal(exact, places_of(exact, 2))


def fee(version: Version, currency: str | None) -> str:
    """"GBP 48,000 a month"."""
    if version.fee is None:
        return ""
    return f"{currency or ''} {_plain(version.fee.amount)} {_per(version.fee.per)}".strip()


def left_out(measure: Measure) -> tuple[tuple[str, str], ...]:
    """Condition in words and reason of each rule."""
    return tuple((in_words(rule.where), rule.reason) for rule in measure.leave_out)


def at_risk(version: Version) -> str:
    """What credits are counted on, and at most."""
    if version.credits is None:
        return ""
    told = _("%(share)s of the invoice at risk, at most %(cap)s paid back")
    return told % {"share": _percent(version.credits.at_risk), "cap": _percent(version.credits.cap)}


def number(value: Fraction) -> str:
    """A weight or a score: 3, 1.5, 4.5."""
    return decimal(value, places_of(value, 2))


def rules(card: ScorecardTerms) -> tuple[tuple[str, str], ...]:
    """When there is no grade, and what holds a score down."""
    enough, ceilings = card.enough_data, card.ceilings
    return (
        (_("Graded from this coverage on"), _percent(enough.coverage)), (_("Records a measure needs"), count(enough.records)),
        (_("Highest score of an area with a critical miss"), number(ceilings.critical_missed)),
        (_("Highest score with fewer targets met than missed"), number(ceilings.fewer_met_than_missed)),
    )  # fmt: skip
