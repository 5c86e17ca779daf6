"""The text of a first contract, with comments that say what else it could hold."""

from __future__ import annotations

import json
from dataclasses import dataclass

_TEXT = """\
# What was agreed with {plain_name}. keepscore schema contract > contract.schema.json gives editors the form of this file.
keepscore: 1
client: {{key: {client_key}, name: {client_name}, timezone: {timezone}}}
# currency: GBP
# ends: 2027-12-31            # the last day
# notice: 2027-09-30          # the last day to give notice

versions:
  # Each version is in force from its day on; add a second one below instead of changing the past.
  - from: {from_day}
    calendars:
      service-hours:
        timezone: {timezone}
        hours: {{{days}: {hours}}}
        # holidays: {{country: GB, subdivision: ENG}}
        # overrides: {{2026-12-24: "09:00-12:00", 2026-12-31: closed}}
    functions:
      - key: {function_key}
        name: {function_name}
        calendar: service-hours
        # planned: {{volume: 1200, effort_hours: 600, per: quarter}}

    measures:
      - key: {measure_key}
        name: {measure_name}
        sub_area: delivery-against-targets
        # Every record counts. With a function column in the mapping: count: {{function: {function_key}}}
        # One record is kept when it is done inside its limit of service time; the exact limit still counts as kept.
        # Limits by priority: {{within: {{P1: 4h, P2: 8h, default: 16h}}, by: priority, calendar: service-hours}}
        kept_when: {{within: {limit}, calendar: service-hours}}
        # leave_out: [{{where: "site = 'Bristol'", reason: "Site not yet handed over"}}]
        target: {{at_least: {target}}}
        # weight: 2
        # critical: true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    client_key: str
    client_name: str
    timezone: str
    from_day: str
    function_key: str
    function_name: str
    days: str
    hours: str
    measure_key: str
    measure_name: str
    limit: str
    target: str


def write_contract(answers: Answers) -> str:
    """The answers as a contract file. Each is written in quotes, so that no answer can become anything but text."""
    quoted = {name: _quoted(getattr(answers, name)) for name in Answers.__slots__}
    return _TEXT.format(plain_name=" ".join(answers.client_name.split()), **quoted)


def _quoted(text: str) -> str:
    return json.dumps(text.strip(), ensure_ascii=False)
