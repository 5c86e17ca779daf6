"""Service time: calendars on the local wall clock, counted in real elapsed seconds."""

from keepscore.engine.clock.calendar import ServiceCalendar
from keepscore.engine.clock.errors import CalendarError

__all__ = ["CalendarError", "ServiceCalendar"]
