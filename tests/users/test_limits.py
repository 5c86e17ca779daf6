"""Rate limits hold when everybody asks at once, and count whom they should."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from keepscore.users.address import address_of, neighbourhood_of
from keepscore.users.limits import MINUTE, admit, forget
from keepscore.users.models import Attempt
from tests.world import NOW

KEY = "twenty at once"


def test_twenty_at_once_against_three_admit_exactly_three(django_db_setup: None, django_db_blocker: Any) -> None:
    start = Barrier(20)

    def ask(_: int) -> bool:
        try:
            start.wait()
            return admit(KEY, limit=3, window=MINUTE, now=NOW)
        finally:
            connection.close()

    with django_db_blocker.unblock(), ThreadPoolExecutor(20) as pool:
        admitted = list(pool.map(ask, range(20)))
        Attempt.objects.filter(key=KEY).delete()
        connection.close()
    assert sum(admitted) == 3


def test_a_new_window_begins_when_the_old_one_is_over(db: None) -> None:
    def ask(seconds: int) -> bool:
        return admit("one", limit=2, window=MINUTE, now=NOW + timedelta(seconds=seconds))

    assert [ask(at) for at in (0, 10, 20, 59, 60, 61, 62)] == [True, True, False, False, True, True, False]


def test_a_clock_that_was_put_back_locks_nobody_out(db: None) -> None:
    assert [admit("back", limit=1, window=MINUTE, now=now) for now in (NOW, NOW - timedelta(hours=5))] == [True, True]


def test_keys_of_any_length_count_apart(db: None) -> None:
    long = "x" * 300
    assert [admit(key, limit=1, window=MINUTE, now=NOW) for key in (long, long, long + "y")] == [True, False, True]
    assert (forget(before=NOW), forget(before=NOW + MINUTE), Attempt.objects.count()) == (0, 2, 0)


@pytest.mark.parametrize(("proxies", "forwarded", "expected"), [
    (0, "203.0.113.9", "10.0.0.1"), (1, "203.0.113.9", "203.0.113.9"), (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
    (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"), (2, "203.0.113.9", "10.0.0.1"), (1, "", "10.0.0.1"), (1, "unknown", "10.0.0.1"),
    (1, "2001:db8::1", "2001:db8::1"),
])  # fmt: skip
def test_a_forwarded_address_is_believed_as_far_as_our_proxies_wrote_it(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.KEEPSCORE_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == expected


def test_one_house_of_the_new_internet_counts_as_one(settings: Any) -> None:
    addresses = ("2001:db8::1", "2001:db8::ffff:2", "192.0.2.1")
    found = {neighbourhood_of(RequestFactory().get("/", REMOTE_ADDR=address)) for address in addresses}
    assert found == {"2001:db8::/64", "192.0.2.1"}
