"""One HTTPS request to an address that a person wrote down: to public machines only, in bounded time, with a bounded answer."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Allowed = Callable[[Address], bool]
SECONDS = 5.0               # for everything together
_NAT64 = ip_network("64:ff9b::/96")


class NotSent(Exception):
    """Nothing was answered; the text says why."""


def is_public(address: Address) -> bool:
    """Reachable by everybody: no loopback, private, link-local, shared, multicast or reserved one, however it is dressed up."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked_url(url: str) -> tuple[str, int, str]:
    """Host, port and path of an https address. Raises NotSent."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port or 443
    except ValueError:
        raise NotSent("This is no address.") from None
    if parts.scheme != "https" or not host or parts.username is not None or parts.password is not None:
        raise NotSent("An address that begins with https:// is needed, without a name or password in it.")
    if not url.isascii() or any(ord(letter) <= 32 for letter in url):
        raise NotSent("The address holds letters that no address has.")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def place_of(host: str, port: int, *, allowed: Allowed = is_public) -> str:
    """The one address that is connected to, looked up once. Raises NotSent where any of the name's addresses is not allowed."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise NotSent("The name of the address is not known.") from None
    if not found or not all(allowed(ip_address(one.partition("%")[0])) for one in found):
        raise NotSent("The address is not a public one.")
    return min(found, key=lambda one: (":" in one, one))


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allowed: Allowed = is_public, context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> int:  # fmt: skip
    """Send, and give the status code of the answer, whose body is not read. Redirects are not followed. Raises NotSent."""
    host, port, path = checked_url(url)
    place = place_of(host, port, allowed=allowed)
    connection = _Connection(host, port, place, context or ssl.create_default_context(), seconds)
    timer = Timer(seconds, connection.stop)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body=body, headers={"Connection": "close", **headers})
        status = connection.getresponse().status
        if connection.is_stopped:      # in the middle of the headers, which looks like their end
            raise TimeoutError
        return status
    except TimeoutError:
        raise NotSent(f"No answer within {seconds:.0f} seconds.") from None
    except ssl.SSLError as problem:
        raise NotSent(f"No safe connection: {problem.reason or problem}"[:200]) from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        said = f"No answer within {seconds:.0f} seconds." if connection.is_stopped else f"No answer: {type(problem).__name__}"
        raise NotSent(said) from None
    finally:
        timer.cancel()
        connection.close()


class _Connection(http.client.HTTPSConnection):
    """To the address that was checked, with the certificate of the name."""

    def __init__(self, host: str, port: int, place: str, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self.place, self.tls, self.is_stopped = place, context, False
        self.plain: socket.socket | None = None

    def connect(self) -> None:
        self.plain = socket.create_connection((self.place, self.port), timeout=self.timeout)
        self.sock = self.tls.wrap_socket(self.plain, server_hostname=self.host)

    def stop(self) -> None:
        """From the timer: whatever is being waited for ends with an error."""
        self.is_stopped = True
        for one in (self.sock, self.plain):
            if one is not None:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
