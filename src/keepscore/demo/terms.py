"""The contracts of the demo as the files that a vendor would write."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from keepscore.demo.cast import DESK, FAULTS, FIELD, LEAD, MARLOWE, MOVES, NETWORK, PATCHES, PHONE, VENDOR, Cast
from keepscore.demo.common import LIMITS, MINUTES, planned
from keepscore.demo.days import HOURS, office_spec

NAMES = {
    DESK: "Service desk", PHONE: "Phone", FIELD: "Field visits", FAULTS: "Faults", PATCHES: "Security", MOVES: "Moves and new starters",
}
HEAD = """\
# Sample data: every company, person and number in this file is made up.
# {client}: the contract that {vendor} is scored by. Account lead: {lead}.
"""
ORDER = (
    "requests-on-time", "first-contact", "calls-in-60-seconds", "user-rating", "field-visits-on-day", "priority-1-in-4-hours",
    "repeat-incidents", "network-available", "patches-in-7-days",
)
DELIVERY, RESPONSE, RELIABLE = "delivery-against-targets", "response-and-communication", "reliability-and-security"
FACT_TERMS = (
    ("goals-on-track", "Goals on track", "progress-on-your-goals", "goals"),
    ("savings-made", "Savings agreed and made", "cost-and-value", "savings"),
    ("continuity-tests", "Continuity tests passed", "risk-and-continuity", "tests"),
    ("people-known", "People whose own goal we know", "knowing-your-business", "people"),
    ("features-used", "Features in use of those paid for", "use-of-what-you-pay-for", "features"),
    ("initiatives-finished", "Agreed initiatives finished", "improvement-and-roadmap", "initiatives"),
)


def contract_text(cast: Cast) -> str:
    """One contract file."""
    out = StringIO()
    yaml = YAML()
    yaml.width, yaml.default_flow_style = 140, None
    yaml.dump(_contract(cast), out)
    return HEAD.format(client=cast.name, vendor=VENDOR, lead=LEAD) + out.getvalue()


def _contract(cast: Cast) -> dict[str, Any]:
    begin = "2024-10-01" if not cast.first_quarter else "2026-04-01"
    versions = [_version(cast, begin)]
    if cast is MARLOWE:                        # renegotiated for 2026: a higher target, a larger plan and service credits
        earlier = _version(cast, begin, requests_target="90%", plan=0.93)
        versions = [earlier, _version(cast, "2026-01-01", credits_=True)]
    return {
        "keepscore": "1", "vendor": VENDOR, "sample": "true",
        "client": {"key": cast.key, "name": Quoted(cast.name), "timezone": cast.timezone},
        "currency": cast.currency, "ends": cast.ends, "notice": cast.notice, "versions": versions,
    }


def _version(cast: Cast, begin: str, *, requests_target: str = "92%", plan: float = 1.0, credits_: bool = False) -> dict[str, Any]:
    version: dict[str, Any] = {"from": begin, "fee": {"amount": cast.fee, "per": "month"}}
    if credits_:
        version["credits"] = {"at_risk": "12%", "cap": "10%"}
    version["calendars"] = {"office": {**office_spec(cast), "hours": {"mon-fri": Quoted(HOURS)}}}
    version["priorities"] = ["P1", "P2", "P3", "P4"]
    version["functions"] = [_function(cast, key, plan) for key in cast.services if key != NETWORK]
    measures = [m for m in _measures(cast, requests_target, credits_) if m["key"] in _held(cast)]
    version["measures"] = sorted(measures, key=lambda m: ORDER.index(m["key"])) + [_fact(*terms) for terms in FACT_TERMS]
    return version


def _function(cast: Cast, key: str, plan: float) -> dict[str, Any]:
    volume = round(planned(cast, key) * plan)
    agreed = {"volume": volume, "effort_hours": max(1, round(volume * MINUTES[key] / 60)), "per": "quarter"}
    return {"key": key, "name": NAMES[key], "calendar": "office", "planned": agreed}


def _held(cast: Cast) -> set[str]:
    """Measures of the services that this client takes."""
    by_service = {
        DESK: {"requests-on-time", "first-contact", "user-rating"}, PHONE: {"calls-in-60-seconds"}, FIELD: {"field-visits-on-day"},
        FAULTS: {"priority-1-in-4-hours", "repeat-incidents"}, NETWORK: {"network-available"}, PATCHES: {"patches-in-7-days"},
    }
    return set().union(*(by_service.get(service, set()) for service in cast.services))


def _measures(cast: Cast, requests_target: str, credits_: bool) -> list[dict[str, Any]]:
    requests: dict[str, Any] = {
        "key": "requests-on-time", "name": "Requests closed in target time", "sub_area": DELIVERY,
        "count": {"function": DESK, "where": Quoted("kind = 'request'")},
        "kept_when": {"within": {key: f"{hours}h" for key, hours in LIMITS.items()}, "by": "priority", "calendar": "office"},
        "leave_out": [{"where": Quoted("no_access = true"), "reason": "The site could not be entered (clause 4.2)"}],
        "target": {"at_least": requests_target}, "weight": 3, "groups": ["site"],
    }
    if credits_:
        requests["credit"] = {"allocation": "40%", "tiers": [{"below": "92%", "pays": "50%"}, {"below": "85%", "pays": "100%"}]}
    return [
        requests,
        {
            "key": "first-contact", "name": "Fixed on first contact", "sub_area": DELIVERY,
            "count": {"function": DESK, "where": Quoted("kind = 'request'")}, "kept_when": Quoted("first_contact = true"),
            "leave_out": [{"where": Quoted("no_access = true"), "reason": "The site could not be entered (clause 4.2)"}],
            "target": {"at_least": "65%"},
        },
        {
            "key": "field-visits-on-day", "name": cast.visits_named, "sub_area": DELIVERY, "count": {"function": FIELD},
            "kept_when": Quoted("resolved_at <= due_at"), "target": {"at_least": "95%"}, "weight": 2,
        },
        {
            "key": "calls-in-60-seconds", "name": "Calls answered in 60 seconds", "sub_area": RESPONSE, "count": {"function": PHONE},
            "kept_when": {"within": "60s"}, "target": {"at_least": "90%"}, "weight": 2,
        },
        {
            "key": "user-rating", "name": "User rating after a request", "sub_area": RESPONSE, "reported": {"unit": Quoted("of 5")},
            "target": {"at_least": "4.2"}, "curve": {"5": "4.8", "4": "4.2", "1": "2.0"},
        },
        {
            "key": "priority-1-in-4-hours", "name": "Priority 1 restored in 4 hours", "sub_area": DELIVERY,
            "count": {"function": FAULTS, "where": Quoted("priority = 'P1'")}, "kept_when": {"within": "4h"}, "target": {"at_least": "95%"},
        },
        {
            "key": "repeat-incidents", "name": "Repeat incidents, at most", "sub_area": DELIVERY, "count": {"function": FAULTS},
            "kept_when": Quoted("repeat = false"), "target": {"at_most": "4%"},
        },
        {
            "key": "network-available", "name": "Network available", "sub_area": RELIABLE,
            "availability": {"component": "wan", "planned": "left out"}, "target": {"at_least": "99.90%"},
        },
        {
            "key": "patches-in-7-days", "name": "Critical patches in 7 days", "sub_area": RELIABLE, "count": {"function": PATCHES},
            "kept_when": {"within": "7d"}, "target": {"at_least": "98%"},
        },
    ]


def _fact(key: str, name: str, sub_area: str, unit: str) -> dict[str, Any]:
    return {"key": key, "name": name, "sub_area": sub_area, "fact": {"unit": unit}}
