# ruff: noqa: E501 (the table shows files as they are written)
"""Contract files with something wrong: what is changed in a good one, and each fault with its exact line, key and code."""

from __future__ import annotations

Fault = tuple[int, str, str]

GOOD = """\
keepscore: 1
client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}
currency: GBP
ends: 2027-03-31
notice: 2026-12-31
versions:
  - from: 2026-01-01
    fee: {amount: 48000, per: month}
    credits: {at_risk: 12%, cap: 10%}
    calendars:
      office:
        timezone: Europe/London
        hours: {mon-fri: "08:00-12:30, 13:00-18:00", sat: "22:00-02:00"}
        holidays: {country: GB, subdivision: ENG}
        overrides: {2026-12-24: "08:00-12:00", 2026-08-31: closed}
    functions:
      - {key: service-desk, name: Service desk, planned: {volume: 5400, effort_hours: 2700, per: quarter}}
    measures:
      - key: requests-on-time
        name: Requests closed in target time
        sub_area: delivery-against-targets
        count: {function: service-desk, where: "kind = 'request'"}
        kept_when: {within: {P1: 4h, P2: 8h, default: 2d}, by: priority, from: opened_at, to: resolved_at, calendar: office}
        leave_out: [{where: "site = 'Bristol'", reason: "Site not yet handed over (clause 4.2)"}]
        target: {at_least: 92%}
        weight: 2
        critical: true
        credit: {allocation: 40%, tiers: [{below: 92%, pays: 50%}, {below: 85%, pays: 100%}], earn_back: {quarters: 2, at_least: 94%}}
      - key: restore-p90
        name: Nine in ten faults restored within
        sub_area: response-and-communication
        value: {percentile: 90, of: elapsed, calendar: office}
        target: {at_most: 6h}
        curve: {5: 3h, 4: 6h, 1: 15h}
      - key: network
        name: Network available
        sub_area: reliability-and-security
        availability: {component: wan, planned: left out}
        target: {at_least: 99.90%}
      - key: licences
        name: Licences in use
        sub_area: use-of-what-you-pay-for
        reported: {unit: "%"}
        target: {at_least: 85%}
    scorecard:
      areas:
        - key: team
          name: Team
          sub_areas:
            - {key: delivery-against-targets, name: Delivery}
            - {key: response-and-communication, name: Response}
        - {key: platform, name: Platform, sub_areas: [{key: reliability-and-security, name: Reliability}, {key: use-of-what-you-pay-for, name: Use}]}
      grades: {A: 4.5, B: 3.5, C: 2.5, D: 1.5, F: 1}
      enough_data: {coverage: 50%, records: 20}
"""

# (what stands in the good file, what stands there instead, line, key and code of every fault)
BROKEN: list[tuple[str, str, list[Fault]]] = [
    ("keepscore: 1", "keepscore: 2", [(1, "keepscore", "schema")]),
    ("keepscore: 1\n", "", [(1, "keepscore", "schema")]),
    ("client: {", "cleint: {", [(2, "cleint", "schema")]),
    ("client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}\n", "", [(1, "", "schema")]),
    ("currency: GBP", "currency: GBP\nevery: {timezone: UTC}", [(4, "every", "schema")]),
    (
        "client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}",
        "clients:\n  - {key: a, name: A, timezone: UTC}\n  - {key: a, name: B, timezone: UTC}",
        [(4, "clients[1].key", "schema")],
    ),
    ("name: Marlowe Foods, ", "name: , ", [(2, "client.name", "schema")]),
    ("Europe/London}", "Europe/Londres}", [(2, "client.timezone", "schema")]),
    ("currency: GBP", "currency: pounds", [(3, "currency", "schema")]),
    ("ends: 2027-03-31", "ends: 31.03.2027", [(4, "ends", "schema")]),
    ("ends: 2027-03-31", "ends: 2027-02-30", [(4, "ends", "schema")]),
    ("notice: 2026-12-31", "notice: 2027-12-31", [(5, "notice", "schema")]),
    ("notice: 2026-12-31", "notice: 2026-12-31\nyear_starts: 13", [(6, "year_starts", "schema")]),
    ("notice: 2026-12-31", "sample: perhaps", [(5, "sample", "schema")]),
    ("notice: 2026-12-31", "contracts: main", [(5, "contracts", "schema")]),
    ("  - from: 2026-01-01\n", "  - from: 2026-01-01\n  - from: 2025-01-01\n", [(8, "versions[1].from", "schema")]),
    ("  - from: 2026-01-01", "  - form: 2026-01-01", [(7, "versions[0].form", "schema")]),
    ("  - from: 2026-01-01", "  - from: 2027-04-01", [(7, "versions[0].from", "schema")]),
    ("amount: 48000", "amount: 48 thousand", [(8, "versions[0].fee.amount", "schema")]),
    ("amount: 48000", "amount: -1", [(8, "versions[0].fee.amount", "schema")]),
    ("per: month", "per: week", [(8, "versions[0].fee.per", "schema")]),
    ("at_risk: 12%", "at_risk: 12", [(9, "versions[0].credits.at_risk", "schema")]),
    ("cap: 10%", "cap: 110%", [(9, "versions[0].credits.cap", "schema")]),
    ("        timezone: Europe/London\n", "        timezone: London\n", [(12, "versions[0].calendars.office.timezone", "schema")]),
    ("        timezone: Europe/London\n", "", [(11, "versions[0].calendars.office.timezone", "schema")]),
    ("sat: \"22:00-02:00\"", "sat: \"22:00\"", [(13, "versions[0].calendars.office.hours", "schema")]),
    ("mon-fri", "mon-fry", [(13, "versions[0].calendars.office.hours", "schema")]),
    ("country: GB", "country: XX", [(14, "versions[0].calendars.office.holidays", "schema")]),
    ("2026-12-24:", "24-12-2026:", [(15, "versions[0].calendars.office.overrides.24-12-2026", "schema")]),
    (
        "      - {key: service-desk",
        "      - {key: service-desk, name: Twin}\n      - {key: service-desk",
        [(18, "versions[0].functions[1].key", "schema")],
    ),
    ("volume: 5400", "volume: many", [(17, "versions[0].functions[0].planned.volume", "schema")]),
    ("per: quarter", "per: quater", [(17, "versions[0].functions[0].planned.per", "schema")]),
    ("effort_hours", "effort", [(17, "versions[0].functions[0].planned.effort", "schema")]),
    ("Service desk,", "Service desk, calendar: ofice,", [(17, "versions[0].functions[0].calendar", "schema")]),
    ("key: restore-p90", "key: network", [(35, "versions[0].measures[2].key", "schema")]),
    ("function: service-desk", "function: servicedesk", [(22, "versions[0].measures[0].count.function", "schema")]),
    ("kind = 'request'", "kind = 'request", [(22, "versions[0].measures[0].count.where", "schema")]),
    ("kind = 'request'", "upper(kind) = 'REQUEST'", [(22, "versions[0].measures[0].count.where", "schema")]),
    ("kind = 'request'", "kind == 'request'", [(22, "versions[0].measures[0].count.where", "schema")]),
    ("P1: 4h", "P1: 4 hours", [(23, "versions[0].measures[0].kept_when.within.P1", "schema")]),
    ("P1: 4h", "P1: 0h", [(23, "versions[0].measures[0].kept_when.within.P1", "schema")]),
    ("default: 2d", "default: 1.5d", [(23, "versions[0].measures[0].kept_when.within.default", "schema")]),
    (" by: priority,", "", [(23, "versions[0].measures[0].kept_when.by", "schema")]),
    (
        "calendar: office}\n        leave_out",
        "calendar: shop}\n        leave_out",
        [(23, "versions[0].measures[0].kept_when.calendar", "schema")],
    ),
    ("from: opened_at, ", "pauses: [customer], ", [(23, "versions[0].measures[0].kept_when.pauses[0]", "schema")]),
    ("site = 'Bristol'", "site is Bristol", [(24, "versions[0].measures[0].leave_out[0].where", "schema")]),
    (", reason: \"Site not yet handed over (clause 4.2)\"", "", [(24, "versions[0].measures[0].leave_out[0].reason", "schema")]),
    ("at_least: 92%", "at_least: 4h", [(25, "versions[0].measures[0].target.at_least", "schema")]),
    ("at_least: 92%", "at_least: 192%", [(25, "versions[0].measures[0].target.at_least", "schema")]),
    ("at_least: 92%", "at_least: 100%", [(19, "versions[0].measures[0].curve", "schema")]),
    ("at_least: 92%", "at_least: 92%, at_most: 99%", [(25, "versions[0].measures[0].target", "schema")]),
    ("        target: {at_least: 92%}\n", "", [(19, "versions[0].measures[0].target", "schema")]),
    ("weight: 2", "weight: 0", [(26, "versions[0].measures[0].weight", "schema")]),
    ("weight: 2", "weight: heavy", [(26, "versions[0].measures[0].weight", "schema")]),
    ("critical: true", "critical: sometimes", [(27, "versions[0].measures[0].critical", "schema")]),
    ("allocation: 40%", "allocation: 140%", [(28, "versions[0].measures[0].credit.allocation", "schema")]),
    ("below: 85%", "below: 85", [(28, "versions[0].measures[0].credit.tiers[1].below", "schema")]),
    ("quarters: 2,", "quarters: 0,", [(28, "versions[0].measures[0].credit.earn_back.quarters", "schema")]),
    ("at_least: 94%", "at_least: 9h", [(28, "versions[0].measures[0].credit.earn_back.at_least", "schema")]),
    ("percentile: 90", "percentile: 101", [(32, "versions[0].measures[1].value.percentile", "schema")]),
    ("percentile: 90, ", "", [(32, "versions[0].measures[1].value", "schema")]),
    ("percentile: 90", "percentile: 90, mean: true", [(32, "versions[0].measures[1].value", "schema")]),
    ("at_most: 6h", "at_most: 6", [(33, "versions[0].measures[1].target.at_most", "schema")]),
    ("at_most: 6h", "at_least: 6h", [(34, "versions[0].measures[1].curve", "schema")]),
    ("        curve: {5: 3h, 4: 6h, 1: 15h}\n", "        counted_by: closing\n", [(34, "versions[0].measures[1].counted_by", "schema")]),
    ("4: 6h,", "4: 2h,", [(34, "versions[0].measures[1].curve", "schema")]),
    ("4: 6h,", "6: 6h,", [(34, "versions[0].measures[1].curve.6", "schema")]),
    ("4: 6h,", "4: 60%,", [(34, "versions[0].measures[1].curve.4", "schema")]),
    ("{5: 3h, 4: 6h, 1: 15h}", "{5: 3h}", [(34, "versions[0].measures[1].curve", "schema")]),
    ("at_most: 6h", "between: [2h, 6h, 8h]", [(33, "versions[0].measures[1].target.between", "schema")]),
    ("at_most: 6h", "between: [6h, 2h]", [(33, "versions[0].measures[1].target.between", "schema")]),
    ("at_most: 6h}\n        curve: {5: 3h, 4: 6h, 1: 15h}", "between: [2h, 6h]}", [(29, "versions[0].measures[1].curve", "schema")]),
    ("planned: left out}", "planned: ignored}", [(38, "versions[0].measures[2].availability.planned", "schema")]),
    ("        availability: {component: wan, planned: left out}\n", "", [(35, "versions[0].measures[2]", "schema")]),
    (
        "        reported: {unit: \"%\"}",
        "        reported: {unit: \"%\"}\n        fact: {}",
        [(44, "versions[0].measures[3].fact", "schema")],
    ),
    ("reported: {unit: \"%\"}", "reported: {unit: seats}", [(44, "versions[0].measures[3].target.at_least", "schema")]),
    ("reported: {unit: \"%\"}", "fact: {unit: goals}", [(44, "versions[0].measures[3].target", "schema")]),
    ("sub_area: reliability-and-security", "sub_area: reliability", [(37, "versions[0].measures[2].sub_area", "schema")]),
    ("        - key: team\n", "        - key: platform\n", [(52, "versions[0].scorecard.areas[1].key", "schema")]),
    (
        "{key: response-and-communication, name: Response}",
        "{key: use-of-what-you-pay-for, name: Response}",
        [(31, "versions[0].measures[1].sub_area", "schema"), (52, "versions[0].scorecard.areas[1].sub_areas[1].key", "schema")],
    ),
    ("B: 3.5", "B: 4.5", [(53, "versions[0].scorecard.grades", "schema")]),
    ("D: 1.5", "D: 0.5", [(53, "versions[0].scorecard.grades.D", "schema")]),
    ("A: 4.5", "A: 4.5, E: 2", [(53, "versions[0].scorecard.grades.E", "schema")]),
    ("coverage: 50%", "coverage: half", [(54, "versions[0].scorecard.enough_data.coverage", "schema")]),
    ("records: 20", "records: -1", [(54, "versions[0].scorecard.enough_data.records", "schema")]),
    (
        "          sub_areas:\n            - {key: delivery-against-targets, name: Delivery}\n            - {key: response-and-communication, name: Response}\n",
        "          sub_areas: []\n",
        [(49, "versions[0].scorecard.areas[0].sub_areas", "schema")],
    ),
    ("        weight: 2\n", "        weight: 2\n        weight: 3\n", [(27, "versions[0].measures[0].weight", "duplicate_mapping_key")]),
    ("name: Service desk", "name: !!python/name:os.system Service desk", [(17, "versions[0].functions[0].name", "yaml_tag")]),
    ("currency: GBP", "currency: *money", [(3, "currency", "syntax")]),
    ("currency: GBP", "currency: [GBP", [(4, "", "syntax")]),
    ("currency: GBP", "\tcurrency: GBP", [(3, "", "syntax")]),
    ("Marlowe Foods", "Marlowe \u202eFoods", [(2, "", "unsafe_unicode")]),
    ("Marlowe Foods", "Marlowe\u0000 Foods", [(2, "", "control_char")]),
    ("measures:\n", "measures: none\n    was:\n", [(18, "versions[0].measures", "schema"), (19, "versions[0].was", "schema")]),
    ("Marlowe Foods", "\"Marlowe\\x07 Foods\"", [(2, "client.name", "control_char")]),
    (
        "hours: {mon-fri: \"08:00-12:30, 13:00-18:00\", sat: \"22:00-02:00\"}\n        holidays: {country: GB, subdivision: ENG}\n        overrides: {2026-12-24: \"08:00-12:00\", 2026-08-31: closed}",
        "hours: {mon: closed}",
        [(11, "versions[0].calendars.office", "schema")],
    ),
    ("currency: GBP", "? [GBP]\n: x", [(3, "", "syntax")]),
    ("currency: GBP", "currency: GBP\n---\nkeepscore: 1", [(4, "", "syntax")]),
    (
        "currency: GBP",
        "currency: &c GBP\nvendor: *c\nx0: *c\nx1: *c\nx2: *c\nx3: *c\nx4: *c\nx5: *c\nx6: *c\nx7: *c\nx8: *c\nx9: *c\nx10: *c\nx11: *c\nx12: *c\nx13: *c\nx14: *c\nx15: *c\nx16: *c\nx17: *c\nx18: *c\nx19: *c\n",
        [(24, "x19", "alias_bomb")],
    ),
    ("currency: GBP", "vendor: &v {a: *v}", [(3, "vendor.a", "alias_bomb")]),
    (
        "currency: GBP",
        "currency: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        [(3, "currency[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]", "depth")],
    ),
    (
        "        overrides: {2026-12-24",
        "        overrides: {2026-12-24: \"09:00\", 2026-12-25",
        [(15, "versions[0].calendars.office.overrides", "schema")],
    ),
    (
        "of: elapsed, calendar: office}\n        target: {at_most: 6h}\n        curve: {5: 3h, 4: 6h, 1: 15h}",
        "of: effort_minutes}\n        target: {at_least: 30}",
        [(29, "versions[0].measures[1].curve", "schema")],
    ),
    (
        "of: elapsed, calendar: office}\n        target: {at_most: 6h}\n        curve: {5: 3h, 4: 6h, 1: 15h}",
        "of: effort_minutes}\n        target: {at_most: 0}",
        [(29, "versions[0].measures[1].curve", "schema")],
    ),
]
