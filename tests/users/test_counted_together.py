"""What sign-in limits by itself is counted in one place for all processes, and holds when everybody asks at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from keepscore.server.due import run_due
from keepscore.users.models import Counted
from tests.world import NOW, World

THREE = {"asked": "3/m/ip"}


def test_twenty_at_once_against_three_admit_exactly_three(django_db_setup: None, django_db_blocker: Any) -> None:
    start = Barrier(20)

    def ask(_: int) -> bool:
        request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.77")
        try:
            start.wait()
            return ratelimit.consume(request, app="allauth.account", action="asked", config=THREE) is not None
        finally:
            connection.close()

    with django_db_blocker.unblock(), ThreadPoolExecutor(20) as pool:
        try:
            admitted = list(pool.map(ask, range(20)))
        finally:
            Counted.objects.all().delete()
            connection.close()
    assert sum(admitted) == 3


def test_wishes_for_a_new_password_are_counted_where_every_process_sees_them(world: World) -> None:
    def asked(email: str) -> int:
        return Browser().post("/account/password/reset/", {"email": email}).status_code

    assert [asked("lee@northgate.test") for _ in range(6)] == [302] * 5 + [429]
    assert asked("dan@northgate.test") == 302
    assert Counted.objects.filter(cache_key__contains="reset_password").count() == 3      # the address, and two names


def test_what_has_expired_is_swept(world: World) -> None:
    cache.set("old", 1, 60)
    cache.set("new", 1, 3600)
    Counted.objects.filter(cache_key=":1:old").update(expires=timezone.now() - timedelta(minutes=1))
    run_due(now=NOW)
    assert list(Counted.objects.values_list("cache_key", flat=True)) == [":1:new"]
