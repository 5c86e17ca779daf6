"""Shares against targets: value, allowed misses, score."""

from tests.spec.case import Spec

TITLE = "Shares, targets and their score"


def records(kept: int, missed: int) -> str:
    """A drawn table of so many kept and missed records."""
    rows = ["opened | resolved | is_kept", "--- | --- | ---"]
    rows += ["2026-03-02 09:00 | 2026-03-02 10:00 | yes"] * kept
    rows += ["2026-03-02 09:00 | 2026-03-02 10:00 | no"] * missed
    return "\n".join(rows)


def share(**target: str) -> dict[str, object]:
    return {"kept_when": "is_kept", "target": target}


SPECS = [
    Spec(
        title="Nothing missed scores 5", measure=share(at_least="90%"), records=records(20, 0),
        gives={"kept": 20, "value": "20/20", "met": True, "allowed misses": 2, "score": "5.0", "exact score": "5"},
    ),
    Spec(
        title="Exactly the allowance scores 4, and the target is met", measure=share(at_least="90%"), records=records(18, 2),
        gives={"kept": 18, "missed": 2, "value": "18/20", "met": True, "allowed misses": 2, "score": "4.0", "exact score": "4"},
    ),
    Spec(
        title="Each further allowance costs one step", measure=share(at_least="90%"), records=records(17, 3),
        gives={"kept": 17, "missed": 3, "met": False, "score": "3.5", "exact score": "7/2"},
    ),
    Spec(
        title="The scale ends at 1", measure=share(at_least="90%"), records=records(4, 16),
        gives={"kept": 4, "missed": 16, "score": "1.0", "exact score": "1"},
    ),
    Spec(
        title="An allowance above 25 %: from 4 at the allowance straight to 1 at all missed",
        measure=share(at_least="60%"), records=records(6, 14),
        gives={"kept": 6, "missed": 14, "allowed misses": 8, "exact score": "5/2", "score": "2.5"},
    ),
    Spec(
        title="At most: the missed share is shown and bounded, and the allowance is the target itself",
        text="`kept_when` always describes the good record: here, one that did not come back.",
        measure=share(at_most="10%"), records=records(18, 2),
        gives={"kept": 18, "missed": 2, "value": "2/20", "met": True, "allowed misses": 2, "exact score": "4"},
    ),
    Spec(
        title="At most, missed", measure=share(at_most="10%"), records=records(17, 3),
        gives={"kept": 17, "missed": 3, "value": "3/20", "met": False, "exact score": "7/2"},
    ),
    Spec(
        title="A curve says otherwise: straight lines between its points, flat beyond them",
        measure={**share(at_least="100%"), "curve": {"5": "100%", "4": "95%", "1": "80%"}}, records=records(18, 2),
        gives={"kept": 18, "missed": 2, "met": False, "allowed misses": 0, "exact score": "3"},
    ),
    Spec(
        title="Too few records: the measure leaves the weights and says so",
        measure=share(at_least="90%"), records=records(6, 1), enough=20,
        gives={"kept": 6, "missed": 1, "value": "6/7", "met": False, "score": None, "no score": "too few records: 7 of 20"},
    ),
    Spec(
        title="No records: no value, no score, not 100 % and not 0", measure=share(at_least="90%"), records=records(0, 0),
        gives={"value": None, "met": None, "score": None, "no score": "no records"},
    ),
    Spec(
        title="An average cannot hide a bad group",
        measure={**share(at_least="50%"), "groups": ["priority"]},
        records="""
        opened           | resolved         | is_kept | priority
        ---------------- | ---------------- | ------- | --------
        2026-03-02 09:00 | 2026-03-02 10:00 | yes     | P3
        2026-03-02 09:00 | 2026-03-02 10:00 | yes     | P3
        2026-03-02 09:00 | 2026-03-02 10:00 | no      | P1
        2026-03-02 09:00 | 2026-03-02 10:00 | yes     |
        """,
        gives={"kept": 3, "missed": 1, "met": True, "groups": {"P1": (0, 1), "P3": (2, 0), "None": (1, 0)}},
    ),
]
