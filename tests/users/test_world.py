"""The cast stands: scored, signed in, apart."""

from __future__ import annotations

from typing import Any

from keepscore.clients.access import clients_for
from keepscore.scores.models import Score
from tests.world import World


def test_each_actor_sees_only_the_clients_of_their_team(world: World) -> None:
    seen = {name: [client.key for client in clients_for(getattr(world, name))] for name in ("dana", "eli", "nora", "eve", "dan", "lee")}
    both = ["acme", "birch"]
    assert seen == {"dana": ["acme"], "eli": ["acme"], "nora": ["birch"], "eve": both, "dan": both, "lee": both}


def test_every_period_since_the_first_record_is_scored(world: World) -> None:
    assert list(Score.objects.filter(client=world.acme).values_list("period", flat=True)) == [
        "2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3"]


def test_the_portfolio_opens_for_who_is_signed_in(world: World, as_user: Any, client: Any) -> None:
    assert client.get("/").headers["Location"] == "/account/login/?next=/"
    assert as_user(world.dana).get("/").status_code == 200


def test_an_administrator_without_second_factor_is_sent_to_set_one_up(world: World, client: Any) -> None:
    client.force_login(world.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Location"] == "/account/2fa/"
