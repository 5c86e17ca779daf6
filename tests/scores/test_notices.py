"""What stands above the numbers of a client where a reader would be misled otherwise: waiting, not scored, a source far behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from keepscore.contracts.operations import save_contract
from keepscore.intake.models import Source
from keepscore.scores import operations
from keepscore.scores.models import Score, Touched
from keepscore.scores.notices import Notice, notices
from tests.world import COMPLETE_TO, NOW, TODAY, World, contract_text

PAGES = ("/clients/acme/measures/", "/clients/acme/", "/clients/acme/scorecards/2026-Q3/draft/")
LATER = NOW + timedelta(minutes=1)


def told(world: World, *, period: str = "2026-Q3") -> tuple[Notice, ...]:
    return notices(world.dana, world.acme, period=period)


def pages(browser: Any) -> list[str]:
    return [browser.get(path).content.decode() for path in PAGES]


def test_nothing_is_said_where_nothing_is_to_be_known(world: World) -> None:
    assert told(world) == ()


def test_a_client_that_waits_is_said_to_wait(world: World) -> None:
    Touched.objects.create(client=world.acme, month="2026-09", since=NOW)
    said = "Records or the contract have changed; this client is waiting to be scored."
    assert told(world) == (Notice("Numbers may move.", said, "/scoring/", "Scoring runs"),)
    assert notices(world.eve, world.acme, period="2026-Q3") == (Notice("Numbers may move.", said),)
    assert notices(world.dana, world.acme, period="2026-Q3", says_waiting=False) == ()


def test_a_client_that_could_not_be_scored_is_told_why_and_what_to_do(world: World, as_user: Any) -> None:
    text = contract_text(world.acme).replace("site = 'Closed site'", "mood = 'bad'")
    revision = text.replace("versions:\n- from: 2025-01-01", "versions:\n- from: 2025-01-01", 1)
    world.acme.contracts.update(text=revision)
    operations.touch_all(clients=[world.acme], at=NOW)
    operations.score_touched(now=LATER)
    (notice,) = told(world)
    assert (notice.strong, notice.url) == ("Could not be scored on 13 Oct 2026, 08:31 UTC.", "/scoring/")
    for said in ("mood", "Change the contract, or import the column that it names", "The numbers are those from before."):
        assert said in notice.rest
    assert world.acme.name not in notice.rest
    for page in pages(as_user(world.eli)):
        assert notice.strong in page
        assert "waiting to be scored" not in page


def test_a_run_that_failed_as_a_whole_shows_nothing_of_others(world: World, settings: Any, tmp_path: Any) -> None:
    Touched.objects.create(client=world.acme, month="", since=NOW)
    settings.KEEPSCORE_STORE = str(tmp_path / "not-mounted")
    with pytest.raises(Exception, match="Check its path"):
        operations.score_touched(now=LATER)
    (notice,) = told(world)
    assert notice.rest == (
        "The scoring run ended before its end. The numbers are those from before. It is tried again every 10 minutes by itself."
    )


def behind(world: World, *, days: int) -> None:
    """Acme has a second source, so many days behind the first; its last score did not wait for it."""
    Source.objects.update_or_create(name="desk", defaults={"complete_to": COMPLETE_TO})
    Source.objects.create(name="phone", complete_to=COMPLETE_TO - timedelta(days=days), records=5)
    for score in Score.objects.filter(client=world.acme):
        score.summary["sources"] = ["desk", "phone"]
        score.save()


def test_a_source_far_behind_is_named_where_its_records_are_missing(world: World, as_user: Any) -> None:
    behind(world, days=100)
    strong = "Records of a source are missing: phone (complete to 4 Jul 2026, 23:59 UTC)."
    rest = "Numbers wait 31 days for a source that is behind the others, then go on without it."
    assert told(world) == (Notice(strong, rest),)
    assert notices(world.lee, world.acme, period="2026-Q3") == (Notice(strong, rest, "/import/", "Import records"),)
    assert told(world, period="2026-Q2") == ()          # for that one its records are complete
    assert [strong in page for page in pages(as_user(world.dana))] == [True, True, True]
    assert notices(world.nora, world.birch, period="2026-Q3") == ()
    said = as_user(world.dan).get("/import/").content.decode()
    assert "101 days old; clients with newer sources are scored without waiting for it" in said


def test_a_source_that_is_waited_for_is_not_named(world: World, as_user: Any) -> None:
    behind(world, days=20)
    assert told(world) == ()
    said = as_user(world.dan).get("/import/").content.decode()
    assert ("21 days old" in said, "without waiting" in said) == (True, False)


def test_a_contract_saved_again_takes_the_note_away(world: World) -> None:
    Touched.objects.create(client=world.acme, month="", since=NOW, failed_at=NOW)
    save_contract(client=world.acme, text=contract_text(world.acme) + "# again\n", by=world.lee, at=NOW, today=TODAY)
    assert told(world)[0].strong == "Numbers may move."
