"""What is due follows from state and date; asked twice, nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from keepscore.scores.models import Run, Touched
from keepscore.server.due import run_due
from tests.world import NOW, World


def test_nothing_is_due_in_a_scored_world(world: World) -> None:
    assert run_due(now=NOW) == {"runs ended": 0, "scoring asked": 0}


def test_marks_that_a_killed_worker_left_are_asked_for_again(world: World) -> None:
    Touched.objects.create(client=world.acme, month="2026-09", since=NOW)
    assert run_due(now=NOW) == {"runs ended": 0, "scoring asked": 1}


def test_a_run_without_a_sign_of_life_is_ended_and_said_so(world: World) -> None:
    silent = Run.objects.create(total=3, started_at=NOW, beat_at=timezone.now() - timedelta(minutes=6))
    assert run_due(now=NOW) == {"runs ended": 1, "scoring asked": 0}
    silent.refresh_from_db()
    assert (silent.state, silent.problem, silent.finished_at) == ("failed", "The worker stopped before the end.", NOW)
    assert run_due(now=NOW) == {"runs ended": 0, "scoring asked": 0}
