"""Attainment at planned volume: what the result was inside the contracted volume."""

from tests.spec.case import Spec

TITLE = "Attainment at planned volume"
MEASURE = {"kept_when": "is_kept", "target": {"at_least": "90%"}, "count": {"function": "desk"}}


def month(kept_first: int, missed_first: int, kept_after: int, missed_after: int) -> str:
    """Records opened minute by minute: first those, then these."""
    rows, minute = ["opened | resolved | is_kept", "--- | --- | ---"], 0
    for word, count in (("yes", kept_first), ("no", missed_first), ("yes", kept_after), ("no", missed_after)):
        for _ in range(count):
            rows.append(f"2026-03-02 {9 + minute // 60:02}:{minute % 60:02} | 2026-03-03 10:00 | {word}")
            minute += 1
    return "\n".join(rows)


def planned(volume: int, per: str = "month") -> dict[str, object]:
    return {"functions": [{"key": "desk", "name": "Desk", "planned": {"volume": str(volume), "per": per}}]}


SPECS = [
    Spec(
        title="Volume explains the miss: met among the first K, clearly worse beyond",
        measure=MEASURE, version=planned(40), records=month(39, 1, 10, 20),
        gives={"kept": 49, "missed": 21, "met": False, "volume": "explains", "inside": "39/40", "rest": "10/30"},
    ),
    Spec(
        title="Volume does not explain a target that was missed inside the plan too",
        measure=MEASURE, version=planned(40), records=month(30, 10, 10, 20),
        gives={"kept": 40, "missed": 30, "met": False, "volume": "does not explain", "inside": "30/40", "rest": "10/30"},
    ),
    Spec(
        title="It cannot be told where the two do not clearly differ",
        measure=MEASURE, version=planned(40), records=month(36, 4, 26, 4),
        gives={"kept": 62, "missed": 8, "met": False, "volume": "cannot be told", "inside": "36/40", "rest": "26/30"},
    ),
    Spec(
        title="It cannot be told from too few records", measure=MEASURE, version=planned(40), enough=20,
        text="Only five records came in beyond the plan.", records=month(40, 0, 0, 5),
        gives={"kept": 40, "missed": 5, "met": False, "volume": "cannot be told", "inside": "40/40", "rest": "0/5"},
    ),
    Spec(
        title="Never offered where volume was flat, up to 5 % above plan",
        measure=MEASURE, version=planned(40), records=month(20, 22, 0, 0),
        gives={"kept": 20, "missed": 22, "met": False, "volume": None},
    ),
    Spec(
        title="Planned work is split over a quarter's months by service days",
        text="620 a year over the 366 days of 2024 gives March 620 × 31 / 366 = 52.5; largest remainders make it 53.",
        measure=MEASURE, version=planned(620, "year"), period="2024-03", as_of="2024-03-31",
        records=month(53, 0, 0, 7).replace("2026", "2024"),
        gives={"kept": 53, "missed": 7, "met": False, "volume": "cannot be told", "inside": "53/53", "rest": "0/7"}, enough=20,
    ),
]
