"""One source may send files of several tables; each file finds its own columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepscore.intake import operations
from keepscore.intake.models import Source, State
from tests.intake.files_in import GOOD, csv, declared, received, sent, worked
from tests.world import MAPPING, NOW, World

PAUSES = """\
keepscore: 1
source: desk
table: pauses
timezone: UTC
fields: {reference: number, started_at: since, ended_at: until, reason: why, side: whose}
"""
PAUSE_FILE = b"number,since,until,why,whose\nA-0001,2025-07-01T09:30:00Z,2025-07-01T10:00:00Z,Waits for the client,client\n"


def test_columns_of_a_second_table_are_declared_beside_those_of_the_first(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    batch = received(PAUSE_FILE, by=world.dan, name="pauses.csv")
    assert batch.state == State.RECEIVED
    batch = worked(operations.declare(batch=batch, text=PAUSES, by=world.dan, at=NOW))
    source = Source.objects.get(name="desk")
    assert (source.mapping, source.others, source.mappings) == (MAPPING, {"pauses": PAUSES}, (MAPPING, PAUSES))
    assert (sent(as_user(world.dan), csv(GOOD)).mapping, sent(as_user(world.dan), PAUSE_FILE).mapping) == (MAPPING, PAUSES)


def test_columns_of_the_same_table_are_replaced(world: World, own_store: Path) -> None:
    declared()
    later = MAPPING.replace("timezone: UTC", "timezone: Europe/London")
    batch = received(csv(GOOD), by=world.dan)
    operations.declare(batch=batch, text=later, by=world.dan, at=NOW)
    assert Source.objects.get(name="desk").mappings == (later,)
