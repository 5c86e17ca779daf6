"""Template tags that draw the charts; everything a person wrote is escaped in the chart module."""

from __future__ import annotations

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from keepscore.documents import charts
from keepscore.documents.parts import BulletRow, FunctionRow, Mark, SubAreaRow, WaterfallRow

register = Library()


@register.simple_tag
def bullet(row: BulletRow) -> SafeString:
    return mark_safe(charts.bullet(row))


@register.simple_tag
def dumbbell(row: SubAreaRow) -> SafeString:
    return mark_safe(charts.dumbbell(row))


@register.simple_tag
def sparkline(mark: Mark) -> SafeString:
    return mark_safe(charts.sparkline(mark))


@register.simple_tag
def plan_bar(row: FunctionRow) -> SafeString:
    return mark_safe(charts.plan_bar(row))


@register.simple_tag
def step(row: WaterfallRow) -> SafeString:
    return mark_safe(charts.step(row))


@register.simple_tag
def qr(address: str) -> SafeString:
    return mark_safe(charts.qr(address))


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(charts.icon(name))
