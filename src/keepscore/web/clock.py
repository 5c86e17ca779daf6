"""The one clock of the web application. Views, tasks and commands ask it and hand the moment down."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, cut to seconds. A server with KEEPSCORE_TODAY (the demo) stays on that day, at the present time of day."""
    moment = timezone.now().replace(microsecond=0)
    if settings.KEEPSCORE_TODAY is not None:
        fixed: date = settings.KEEPSCORE_TODAY
        moment = moment.replace(year=fixed.year, month=fixed.month, day=fixed.day)
    return moment


def today() -> date:
    """The day on the vendor's clock (KEEPSCORE_TIMEZONE)."""
    return timezone.localtime(now()).date()
