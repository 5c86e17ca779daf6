"""Where a webhook may lead, and how long it may take."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from keepscore.api.outgoing import NotSent, checked_url, is_public, place_of, post
from tests.api.receiving import Received, answering, receiving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Received]:
    with receiving(tmp_path, answering(204)) as found:
        yield found


def send(server: Received, url: str = "", **more: Any) -> int:
    return post(url or server.url, b"{}", {"Content-Type": "application/json"}, allowed=lambda _one: True, context=server.context, **more)


def test_a_message_arrives_with_its_headers_and_the_code_comes_back(server: Received) -> None:
    assert send(server) == 204
    headers, body = server.messages[0]
    assert (body, headers["content-type"], headers["host"].partition(":")[0]) == (b"{}", "application/json", "localhost")


def test_a_redirect_is_an_answer_and_is_not_followed(server: Received) -> None:
    server.answer = answering(302, Location=server.url)
    assert send(server) == 302
    assert len(server.messages) == 1


def test_this_machine_and_private_networks_are_never_connected_to(server: Received) -> None:
    port = server.url.rpartition(":")[2]
    for host in ("localhost", "127.0.0.1", "[::1]", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"):
        with pytest.raises(NotSent):
            post(f"https://{host}:{port}", b"{}", {}, context=server.context)
    assert server.messages == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_these_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_these_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://", "https://user@example.com/", "https://:pw@example.com/", "ftp://example.com", "//example.com",
        "https://example.com/\r\nX: 1", "https://exa mple.com", "https://example.com:99999/", "javascript:1", "https://[::1", "x" * 300,
    ],
)  # fmt: skip
def test_these_are_no_addresses_of_webhooks(url: str) -> None:
    with pytest.raises(NotSent):
        checked_url(url)


def test_one_private_address_among_those_of_a_name_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("1.1.1.1", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: both)
    with pytest.raises(NotSent, match="not a public one"):
        place_of("rebinding.test", 443)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: both[:1])
    assert place_of("fine.test", 443) == "1.1.1.1"


def test_a_certificate_of_somebody_else_is_refused(server: Received) -> None:
    with pytest.raises(NotSent, match="No safe connection"):
        post(server.url, b"{}", {}, allowed=lambda _one: True)
    assert server.messages == []


def test_an_answer_that_never_ends_is_given_up_in_time(server: Received) -> None:
    def drip(request: Any) -> None:
        for turn in range(100):
            request.wfile.write(b"X-A: 1\r\n" if turn else b"HTTP/1.1 200 OK\r\n")
            time.sleep(0.1)

    server.answer = drip
    began = time.monotonic()
    with pytest.raises(NotSent):
        send(server, seconds=0.6)
    assert time.monotonic() - began < 2


def test_a_large_answer_is_not_read(server: Received) -> None:
    def pour(request: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(10**9))
        request.end_headers()

    server.answer = pour
    began = time.monotonic()
    assert send(server) == 200
    assert time.monotonic() - began < 2
