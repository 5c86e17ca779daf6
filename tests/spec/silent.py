"""What the rules left open, and how it was decided. The index of the manual lists it; the spec tables prove it."""

from __future__ import annotations

SILENT: dict[str, dict[str, str]] = {
    "Where the rules of scoring were silent": {
        "At most, for a share": "`kept_when` always describes the good record. `at_most: 4%` bounds the share of missed records, "
        "and the value shown is that share. So \"kept\" never means something bad.",
        "Working days": "`2d` on a calendar ends at the close of the second working day after the day of opening, which is not "
        "counted. It is turned into service time once; work done after the close and before the next opening is still inside, as "
        "with every limit in service time.",
        "Cancelled with an unknown limit": "The record is left out, as cancelled; it is not held against anybody.",
        "A condition that is unknown": "In `where` or `leave_out` it does not select the record: nothing is left out on a guess.",
        "Counted by resolution, and not resolved": "The record belongs to the period of as_of, so that an overdue record cannot hide.",
        "A missing promise": "Where `kept_when` names `due_at` and it is blank, and the rest of the condition does not decide, the "
        "record cannot be judged.",
        "A condition that is already false": "It misses at once, also before the promise falls due; only an unknown one waits. While "
        "a delivery can still be completed, its quantity is left blank.",
        "Too few records": "The measure leaves the weights and the counts of targets met and missed; whether its own target was "
        "met is still stated.",
        "A two-sided target's curve": "It runs over the distance outside the band.",
        "Versions": "Before the first version nothing was agreed: records counted there belong to no measure.",
        "A day as as_of": "It is the day's last second in the client's zone; a period seen up to its last second is whole.",
    },
    "Where the rules of service time were silent": {
        "A local time that is skipped": "It moves forward by the length of the gap: 01:30 on the Sunday in March on which London's "
        "clocks go forward is 02:30.",
        "A local time that is repeated": "A range opens at the first and closes at the second.",
        "A local day": "It begins at its first real moment; where midnight is skipped, that is the end of the gap.",
        "Overrides and holidays": "An override stands above a holiday on the same day.",
        "A night before an override": "A range belongs to the day on which it opens, so an override or holiday leaves alone the "
        "range that began the evening before and runs into it.",
        "Ranges that overlap or touch": "They are merged: time counts once.",
    },
}
