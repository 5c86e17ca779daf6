"""What one version changes against another, in a sentence for each thing that people negotiate about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from keepscore.contracts import wording
from keepscore.engine.contract.model import Contract, Function, Measure, Version


def changes(before: Version, after: Version, currency: str | None) -> tuple[str, ...]:
    """Sentences such as "Requests closed in target time: target at least 90%, now at least 92%", measures first."""
    return (*_measures(before, after), *_functions(before, after), *_rest(before, after, currency))


def new_terms(before: Contract | None, after: Contract) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """For each version of `after` that `before` has not like this: what it changes against the one it follows."""
    known = before.versions if before is not None else ()
    found = []
    for n, version in enumerate(after.versions):
        if n and version not in known:
            found.append((version.from_, changes(after.versions[n - 1], version, after.currency)))
    return tuple(found)


def _was_now(name: str, what: str, was: str, now: str) -> str:
    about = f"{name}: {what}" if what else f"{name}:"
    return _("%(about)s %(was)s, now %(now)s") % {"about": about, "was": was or _("none"), "now": now or _("none")}


def _measures(before: Version, after: Version) -> Iterator[str]:
    old, new = {m.key: m for m in before.measures}, {m.key: m for m in after.measures}
    for key, measure in new.items():
        if key not in old:
            told = wording.target(measure.target)
            yield (_("%(name)s: new, %(target)s") if told else _("%(name)s: new")) % {"name": measure.name, "target": told}
        elif old[key] != measure:
            yield from _measure(old[key], measure, before, after)
    for key, measure in old.items():
        if key not in new:
            yield _("%(name)s: no longer measured") % {"name": measure.name}


def _measure(old: Measure, new: Measure, before: Version, after: Version) -> Iterator[str]:
    told = [
        (_("name"), old.name, new.name), (_("target"), wording.target(old.target), wording.target(new.target)),
        (_("weight"), wording.number(old.weight), wording.number(new.weight)), (_("limits"), wording.kept(old), wording.kept(new)),
        (_("counts"), wording.counts(old, before), wording.counts(new, after)),
        (_("credit"), wording.credit(old.credit), wording.credit(new.credit)),
    ]  # fmt: skip
    found = [_was_now(new.name, what, was, now) for what, was, now in told if was != now]
    if old.leave_out != new.leave_out:
        found.append(_("%(name)s: other records are left out") % {"name": new.name})
    yield from found or [_("%(name)s: changed") % {"name": new.name}]


def _functions(before: Version, after: Version) -> Iterator[str]:
    old, new = {f.key: f for f in before.functions}, {f.key: f for f in after.functions}
    for key, function in new.items():
        if key not in old:
            yield _("%(name)s: new function") % {"name": function.name}
        elif _plan(old[key]) != _plan(function):
            yield _was_now(function.name, _("plan"), _plan(old[key]), _plan(function))
    for key, function in old.items():
        if key not in new:
            yield _("%(name)s: no longer in the contract") % {"name": function.name}


def _plan(function: Function) -> str:
    return "; ".join(wording.plan(function))


def _rest(before: Version, after: Version, currency: str | None) -> Iterator[str]:
    if before.fee != after.fee:
        yield _was_now(_("Fee"), "", wording.fee(before, currency), wording.fee(after, currency))
    if before.credits != after.credits:
        yield _was_now(_("Credits"), "", wording.at_risk(before), wording.at_risk(after))
    for key in dict.fromkeys((*before.calendars, *after.calendars)):
        if before.calendars.get(key) != after.calendars.get(key):
            yield _("Calendar %(key)s: other hours or holidays") % {"key": key}
    if before.priorities != after.priorities:
        yield _was_now(_("Priorities"), "", ", ".join(before.priorities), ", ".join(after.priorities))
    if before.scorecard != after.scorecard:
        yield _("Areas, grades or ceilings of the scorecard are changed")
