"""The headline of a measure, and the steps from its records to its score. Misses are said first."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.documents.sentences import outcome
from keepscore.engine.contract.model import Measure, Within
from keepscore.engine.results import MeasureResult
from keepscore.web import figures, words


@dataclass(frozen=True, slots=True)
class Step:
    """One line of how a number is made; `show` is the filter under which its records stand."""

    name: str
    value: str
    show: str = ""
    is_reason: bool = False
    is_result: bool = False


def headline(measure: Measure, result: MeasureResult, *, period: str, is_over: bool, forecast_allowed: int | None = None) -> str:
    """The finding: figure, target, and how much was missed of what was allowed."""
    if result.value is None:
        why = {"no value reported": _("No figure was reported in %(period)s"), "no records": _("Nothing to measure in %(period)s")}
        return why.get(result.no_score or "", _("Nothing to measure in %(period)s")) % {"period": period}
    told = _against(result, is_over=is_over)
    if outcome(result) == "not judged" and result.target:
        return _("%(figures)s, not judged: %(why)s") % {"figures": told, "why": result.no_score or _("no score")}
    detail = _detail(measure, result, is_over=is_over, forecast_allowed=forecast_allowed)
    return f"{told}: {detail}" if detail else told


def _against(result: MeasureResult, *, is_over: bool) -> str:
    value, target = figures.value_text(result), figures.target_text(result)
    if not target:
        return f"{value} {result.unit}".strip()
    told = _("%(value)s against %(target)s") if is_over else _("%(value)s against %(target)s so far")
    return told % {"value": value, "target": target}


def _detail(measure: Measure, result: MeasureResult, *, is_over: bool, forecast_allowed: int | None) -> str:
    if result.kind == "share" and result.allowed_misses is not None:
        return _missed_of_allowed(measure, result, allowed=result.allowed_misses if is_over else forecast_allowed, is_over=is_over)
    if result.kind == "availability" and result.value is not None and result.target_kind == "at_least":
        down = result.value.denominator - result.value.numerator
        allowed = (1 - result.target[0]) * result.value.denominator
        return _("%(down)s down, %(allowed)s were allowed") % {"down": words.duration(down), "allowed": words.duration(allowed)}
    if result.met is None:
        return ""
    if result.met:
        return _("the target was met") if is_over else _("the target is met")
    return _("the target was missed") if is_over else _("the target is missed")


def _missed_of_allowed(measure: Measure, result: MeasureResult, *, allowed: int | None, is_over: bool) -> str:
    missed = result.missed
    if isinstance(measure.kept_when, Within):
        told = ngettext("%(n)s record was late", "%(n)s records were late", missed) % {"n": words.number(missed) if missed else _("no")}
    else:
        told = ngettext("%(n)s record was missed", "%(n)s records were missed", missed) % {"n": words.number(missed) if missed else _("no")}
    if allowed is None:
        return told
    if not is_over:
        return told + _(", about %(allowed)s are allowed by the end") % {"allowed": words.number(allowed)}
    return told + ngettext(", %(allowed)s was allowed", ", %(allowed)s were allowed", allowed) % {
        "allowed": words.number(allowed) if allowed else _("none")
    }


def steps(result: MeasureResult) -> tuple[Step, ...]:
    """From the records to the figure: every record is in exactly one line."""
    if result.kind in ("share", "value"):
        return _counted(result)
    if result.value is None:
        return ()
    if result.kind == "availability":
        return _uptime(result)
    if result.kind == "fact":
        return (Step(_("Done of agreed"), figures.value_text(result), is_result=True),)
    return (Step(_("Figure"), figures.value_text(result), is_result=True),)


def _counted(result: MeasureResult) -> tuple[Step, ...]:
    out, unjudged = sum(x.records for x in result.left_out), sum(x.records for x in result.unjudged)
    found = [
        Step(_("Records in"), words.number(result.records)),
        Step(_("Left out, each with a reason"), words.number(out), "left-out" if out else ""),
    ]
    found += [Step(x.reason, words.number(x.records), is_reason=True) for x in result.left_out]
    if unjudged:
        found.append(Step(_("Cannot be judged"), words.number(unjudged), "unjudged"))
        found += [Step(x.reason, words.number(x.records), is_reason=True) for x in result.unjudged]
    if result.open:
        found.append(Step(_("Open, inside their limit"), words.number(result.open), "open"))
    found.append(Step(_("Counted"), words.number(result.kept + result.missed)))
    if result.kind == "share":
        found += [Step(_("Kept"), words.number(result.kept), "kept"), Step(_("Missed"), words.number(result.missed), "missed")]
    if result.longest is not None:
        found.append(Step(_("Longest") if result.unit == "s" else _("Largest"), figures.amount(Fraction(result.longest), result.unit)))
    if result.value is not None:
        name = division(result) if result.kind == "share" else _("Result")
        found.append(Step(name, figures.value_text(result), is_result=True))
    return tuple(found)


def division(result: MeasureResult) -> str:
    """ "7,727 divided by 9,123"."""
    assert result.value is not None
    top = result.missed if result.target_kind == "at_most" else result.kept
    return _("%(top)s divided by %(all)s") % {"top": words.number(top), "all": words.number(result.kept + result.missed)}


def _uptime(result: MeasureResult) -> tuple[Step, ...]:
    assert result.value is not None
    up, whole = result.value.numerator, result.value.denominator
    planned = sum(x.records for x in result.left_out)
    found = [
        Step(_("Service time"), words.duration(whole)),
        Step(_("Outages"), words.number(result.missed)),
        Step(_("Down"), words.duration(whole - up)),
    ]
    if planned:
        found.append(Step(_("Planned outages, left out"), words.number(planned)))
    if result.longest is not None:
        found.append(Step(_("Longest outage"), words.duration(result.longest)))
    name = _("%(up)s divided by %(all)s") % {"up": words.duration(up), "all": words.duration(whole)}
    return (*found, Step(name, figures.value_text(result), is_result=True))
