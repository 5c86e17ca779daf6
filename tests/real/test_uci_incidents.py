"""An incident log of 141,712 events: the last event of each of 24,918 incidents tells."""

from collections.abc import Callable
from pathlib import Path

import recount
from written import cards, counted


def test_every_locations_incidents_come_out_as_a_plain_recount_says(data: Path, scored: Callable[[str], Path]) -> None:
    expected, _ = recount.incidents(data / "uci_incident_servicenow")
    found = counted(cards(scored("uci_incident_servicenow")), "made-sla")
    del found["Whole company"]
    assert found == dict(expected)
    assert recount.total(expected) == {"kept": 15803, "missed": 9115}


def test_the_groups_show_two_priorities_that_the_average_hides(data: Path, scored: Callable[[str], Path]) -> None:
    _, expected = recount.incidents(data / "uci_incident_servicenow")
    (measure,) = cards(scored("uci_incident_servicenow"))["Whole company"]["measures"]
    assert (measure["kept"], measure["missed"], measure["met"]) == (15803, 9115, True)
    assert {g["value"]: (g["kept"], g["missed"]) for g in measure["groups"]} == {
        name: (counts["kept"], counts["missed"]) for name, counts in expected.items()
    }
    assert {g["value"] for g in measure["groups"] if g["met"] is False} == {"1 - Critical", "2 - High"}
