"""Who knocks: the address a request comes from, and the name it tries.

X-Forwarded-For is believed only as far as our own proxies wrote it (KEEPSCORE_PROXIES).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"


def address_of(request: HttpRequest) -> str:
    """The address of whoever spoke to the outermost of our proxies; without proxies, of whoever spoke to us."""
    peer = _valid(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    count = settings.KEEPSCORE_PROXIES
    if count < 1:
        return peer
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return _valid(hops[-count]) or peer if len(hops) >= count else peer


def neighbourhood_of(request: HttpRequest) -> str:
    """What rate limits count by: an IPv4 address, or the /64 of an IPv6 one, since one house has all of it."""
    address = address_of(request)
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return address


def name_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The name somebody tries to sign in with, by which tries are counted; the same for any way of writing it."""
    given = credentials or (request.POST if request is not None else {})
    typed = next((str(given[key]) for key in ("email", "login", "username") if given.get(key)), "")
    return typed.strip().lower()[:200]


def _valid(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
