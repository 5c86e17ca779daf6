"""One measure against its target, as a line of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.documents import charts_rows, geometry, sentences
from keepscore.engine.results import MeasureResult
from keepscore.scores.queries import measure_url, state_of
from keepscore.web import figures


@dataclass(frozen=True, slots=True)
class Against:
    """Finished words and drawings of one measure; empty where there is nothing to say."""

    name: str
    url: str
    bullet: SafeString
    value: str
    target: str
    off: str            # "−7.3", "+0 h 12 min"
    used: str           # misses used of allowed: "1,396 of 729"
    trend: SafeString
    state: str          # of the status mark
    word: str

    @property
    def is_missed(self) -> bool:
        return self.state == "missed"


def against(
    result: MeasureResult, client: Client, *, period: str, contract: str, before: Sequence[Fraction | None], width: int = 236
) -> Against:  # fmt: skip
    """`before` are the values of the periods that led here, oldest first; `contract` is named in the address unless empty."""
    state, word = ("no records", _("no target")) if result.value is not None and not result.target else state_of(result)
    says = f"{result.name}: {figures.against_text(result)}, {word}"
    bullet = ""
    if result.target:
        bullet = charts_rows.target_bullet(geometry.bullet_at(result), sentences.outcome(result), says=says, width=width)
    return Against(
        name=result.name, url=measure_url(client, result.key, period=period, contract=contract), bullet=mark_safe(bullet),
        value="" if result.value is None else figures.value_text(result), target=figures.target_text(result), off=off_target(result),
        used=misses_used(result), trend=trend(result, before), state=state, word=_capital(word),
    )  # fmt: skip


def off_target(result: MeasureResult) -> str:
    """The value less its target, with a sign; for a span of values less the nearer end, nothing inside it."""
    if result.value is None or not result.target:
        return ""
    value, low, high = result.value.fraction, result.target[0], result.target[-1]
    if result.target_kind == "between" and low <= value <= high:
        return ""
    bound = high if result.target_kind == "between" and value > high else low
    unit = result.unit if result.unit in ("%", "s") else ""
    return figures.bare_step(value - bound, unit, result.target) if value != bound else "0"


def misses_used(result: MeasureResult) -> str:
    """Misses used of allowed ones; only where single records miss."""
    if result.kind != "share" or result.allowed_misses is None or result.value is None:
        return ""
    return _("%(missed)s of %(allowed)s") % {"missed": figures.count(result.missed), "allowed": figures.count(result.allowed_misses)}


def trend(result: MeasureResult, before: Sequence[Fraction | None]) -> SafeString:
    """The value of up to eight periods on a scale of its own; nothing where there is only one."""
    values = [*before, None if result.value is None else result.value.fraction]
    if sum(value is not None for value in values) < 2:
        return SafeString("")
    unit = "%" if result.kind == "fact" else result.unit
    past = [_("none") if value is None else figures.amount(value, unit) for value in before]      # each had a target of its own
    told = ", ".join([*past, figures.value_text(result)])
    says = _("By period: %(values)s") % {"values": told}
    return mark_safe(charts_rows.own_trend([None if value is None else float(value) for value in values], says=says))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
