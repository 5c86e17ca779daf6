"""Random measures of every kind, as a contract writes them."""

from __future__ import annotations

from random import Random
from typing import Any

SUB_AREAS = ("goals", "targets", "response", "platform")
CONDITIONS = (
    "resolved_at <= due_at",
    "resolved_at <= due_at and quantity_delivered >= quantity_ordered and accepted",
    "is_kept",
    "kind in ('request', 'fault') or not accepted",
    "date_part('hour', opened_at) between 8 and 17 and date_part('weekday', opened_at) <= 5",
    "quantity_delivered / quantity_ordered >= 1 or rating * 2 > effort_minutes - 30",
    "resolved_at < '2026-03-30' or opened_at >= '2026-01-03'",
    "handed_at is not null and (kind like 'question%' or kind like 'r%')",
    "due_at is null or resolved_at <= due_at",
)
WHERE = ("kind = 'request'", "priority <> 'P3'", "site is null or site = 'Leeds'", "effort_minutes > 10", "not (kind like '%t')")
SIDES = (["client"], ["client", "third party"], ["vendor", "client", "third party"], [])


def measures(rng: Random, prefix: str = "m") -> list[dict[str, Any]]:
    """One to three measures; `prefix` begins the keys of those that count records."""
    makers = [_within, _within, _condition, _condition, _value, _availability, _reported, _fact]
    found = []
    for number, maker in enumerate(rng.sample(makers, rng.randrange(1, 4))):
        measure = maker(rng)
        key = measure.pop("key", f"{prefix}{number}")
        found.append({"key": key, "name": f"Measure {key}", "sub_area": rng.choice(SUB_AREAS), "weight": rng.choice(["1", "2", "0.3"]),
                      "critical": rng.choice(["true", "false", "false"]), **measure})
    return found


def _share(rng: Random) -> dict[str, Any]:
    target = rng.choice([{"at_least": "90%"}, {"at_least": "50%"}, {"at_most": "10%"}, {"at_most": "40%"}, {"at_least": "66.6%"}])
    return {"target": target, **_counting(rng), "groups": rng.choice([[], ["priority"], ["site", "priority"]])}


def _counting(rng: Random) -> dict[str, Any]:
    count: dict[str, Any] = {"scope": rng.choice(["in", "in", "in", "out", "all"])}
    if rng.random() < 0.6:
        count["function"] = "desk"
    if rng.random() < 0.4:
        count["where"] = rng.choice(WHERE)
    found: dict[str, Any] = {"count": count}
    if rng.random() < 0.4:
        found["leave_out"] = [{"where": where, "reason": f"because {n}"} for n, where in enumerate(rng.sample(WHERE, 2))]
    if rng.random() < 0.4:
        found["counted_by"] = rng.choice(["opened", "due", "resolved"])
    return found


def _clock(rng: Random) -> dict[str, Any]:
    found: dict[str, Any] = {"pauses": rng.choice(SIDES)}
    if rng.random() < 0.75:
        found["calendar"] = rng.choice(["office", "night"])
    if rng.random() < 0.2:
        found["to"] = "handed_at"
    elif rng.random() < 0.1:
        found["from"] = "handed_at"
    return found


def _within(rng: Random) -> dict[str, Any]:
    limits = {"P1": rng.choice(["1h", "2h", "45m"]), "P2": rng.choice(["4h", "1d"]), "P3": "2d"}
    by = {"within": {**limits, **rng.choice([{}, {"default": "8h"}, {"default": "1d"}])}, "by": "priority"}
    return {**_share(rng), "kept_when": {**rng.choice([by, by, {"within": rng.choice(["3h", "1d", "2d"])}]), **_clock(rng)}}


def _condition(rng: Random) -> dict[str, Any]:
    return {**_share(rng), "kept_when": rng.choice(CONDITIONS)}


def _value(rng: Random) -> dict[str, Any]:
    statistic = rng.choice([{"percentile": rng.choice(["90", "50", "100", "1"])}, {"mean": "true"}])
    if rng.random() < 0.5:
        target = rng.choice([{"target": {"at_most": "4h"}}, {"target": {"between": ["1h", "6h"]}, "curve": {"5": "1s", "1": "5h"}}])
        return {"value": {**statistic, "of": "elapsed", **_clock(rng)}, **target, **_counting(rng)}
    target = rng.choice([{"target": {"at_most": "30"}}, {"target": {"at_least": "40"}, "curve": {"1": "0", "4": "40", "5": "80"}}])
    return {"value": {**statistic, "of": rng.choice(["effort_minutes", "rating"])}, **target, **_counting(rng)}


def _availability(rng: Random) -> dict[str, Any]:
    terms = {"component": rng.choice(["wan", "lan"]), "planned": rng.choice(["left out", "counted"])}
    if rng.random() < 0.5:
        terms["calendar"] = "office"
    return {"availability": terms, "target": {"at_least": "97%"}}


def _reported(rng: Random) -> dict[str, Any]:
    take = rng.choice(["last", "mean", "sum"])
    if rng.random() < 0.5:
        return {"key": "licences", "reported": {"unit": "%", "take": take}, "target": {"at_most": "6%"}}
    return {"key": "score", "reported": {"take": take}, "target": {"at_least": "4"}, "curve": {"1": "1", "5": "8"}}


def _fact(_: Random) -> dict[str, Any]:
    return {"key": "goals", "fact": {"unit": "goals"}}
