"""Told to the rooms above, in the transaction of the change."""

from django.dispatch import Signal

scores_stale = Signal()      # clients: list[Client], at: datetime; something that their scores depend on has changed
defaults_changed = Signal()  # text: str, at: datetime; a receiver that finds a contract it would break raises DefaultsRefused


class DefaultsRefused(ValueError):
    """Vendor-wide defaults under which a contract could not be read any more; one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))
