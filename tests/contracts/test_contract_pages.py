"""The pages of a contract, as people use them."""

from __future__ import annotations

from typing import Any

from tests.world import World

PAGE = "/clients/acme/contract/"


def test_the_page_says_what_is_agreed(world: World, as_user: Any) -> None:
    body = as_user(world.dana).get(PAGE).content.decode()
    for told in ("In force until 31 March 2027, notice by 31 December 2026", "Requests closed in target time", "at least 90%",
                 "Kept within P1 4 h and others 16 h, counted in office hours; time paused by the client does not count."):
        assert told in body
