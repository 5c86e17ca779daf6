"""What goes wrong with service time, said so that a person can mend it."""


class CalendarError(ValueError):
    """A calendar or a moment that has no clear meaning: what was found, and what would be right."""
