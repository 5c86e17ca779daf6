"""Links that open something once: 256 random bits behind a word for their purpose; the database holds only the SHA-256."""

from __future__ import annotations

import hashlib
import secrets


def new_token(purpose: str) -> str:
    return f"{purpose}-{secrets.token_urlsafe(32)}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
