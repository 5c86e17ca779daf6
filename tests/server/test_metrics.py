"""Only a monitor with the token reads the gauges."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from tests.world import World


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_without_the_token_there_is_nothing(world: World, settings: Any, header: dict[str, str]) -> None:
    settings.KEEPSCORE_METRICS_TOKEN = "s3cret"
    assert Browser().get("/metrics", headers=header).status_code == 404


def test_without_a_token_set_nobody_reads(world: World) -> None:
    assert Browser().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_monitor_reads_what_waits_and_how_fresh_each_source_is(world: World, settings: Any) -> None:
    settings.KEEPSCORE_METRICS_TOKEN = "s3cret"
    answer = Browser().get("/metrics", headers={"Authorization": "Bearer s3cret"})
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    assert "keepscore_clients 2.0" in lines
    assert "keepscore_marks 0.0" in lines
    assert "keepscore_last_run_failed 0.0" in lines
    assert [line for line in lines if line.startswith("keepscore_source")] == [
        'keepscore_source_complete_to_seconds{source="desk"} 1.791849599e+09']
