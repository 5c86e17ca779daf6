"""What an ID token of the provider says, after everything that can be checked about it was checked."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")      # keys in pairs alone
NEEDED = ("iss", "sub", "aud", "exp", "iat")
LEEWAY = 60      # seconds by which the clocks of two machines may differ


class Refused(Exception):
    """The token proves nothing; says why, for the log."""


def read(token: Any, *, keys: Any, issuer: str, audience: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by the issuer, for us, of this very sign-in, and not over."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused("signed in a way that is not taken")
        claims: dict[str, Any] = jwt.decode(
            token, _key(header, keys), algorithms=[header["alg"]], issuer=issuer, audience=audience, leeway=LEEWAY,
            options={"require": list(NEEDED)},
        )  # fmt: skip
    except (jwt.PyJWTError, TypeError, ValueError) as wrong:
        raise Refused(str(wrong)) from wrong
    _of_this_sign_in(claims, audience=audience, nonce=nonce)
    return claims


def _key(header: Mapping[str, Any], keys: Any) -> jwt.PyJWK:
    """The key that the header names; the only one there is where it names none."""
    known = jwt.PyJWKSet.from_dict(keys).keys
    found = [key for key in known if key.key_id == header.get("kid")] if "kid" in header else known
    if len(found) != 1:
        raise Refused("signed with a key that the issuer does not show")
    return found[0]


def _of_this_sign_in(claims: Mapping[str, Any], *, audience: str, nonce: str) -> None:
    said = str(claims.get("nonce", ""))
    if not nonce or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise Refused("of another sign-in: wrong nonce")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != audience:
        raise Refused("made for another application")
