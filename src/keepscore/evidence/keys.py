"""The key that signs published scorecards: Ed25519, one file, outside every store and database.

The file `signing.json` (mode 0600) holds the present private key and all public keys so far. Rotating forgets the
old private key after it has signed its successor, so that whoever trusts the old key can trust the new one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keepscore.engine.results import to_json
from keepscore.evidence.canonical import digest, readable

FILE = "signing.json"


class KeyFault(ValueError):
    """A key file that cannot be used, with what would be right."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that bundles of this vendor are or were signed with.

    `handed_on` is the signature of the key before over this one's bytes; None for the first.
    """

    public_key: str     # 64 hexadecimal digits
    made_at: str        # moment, UTC text
    handed_on: str | None = None

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The present private key with the row of public keys, oldest first; the last one is its own."""

    private: Ed25519PrivateKey
    public: tuple[PublicKey, ...]

    @property
    def fingerprint(self) -> str:
        return self.public[-1].fingerprint

    def sign(self, data: bytes) -> str:
        """Signature as 128 hexadecimal digits."""
        return self.private.sign(data).hex()


def fingerprint(public_key: str) -> str:
    """What two people compare by telephone: SHA-256 of the key, its first 32 digits in groups of four."""
    text = digest(bytes.fromhex(public_key))[:32]
    return " ".join(text[at : at + 4] for at in range(0, 32, 4))


def keys_folder() -> Path:
    """Where keys are kept: KEEPSCORE_KEYS, else ~/.config/keepscore/keys."""
    told = os.environ.get("KEEPSCORE_KEYS")
    return Path(told) if told else Path.home() / ".config" / "keepscore" / "keys"


def signing_key(folder: Path, *, now: datetime) -> SigningKey:
    """The present key; the first call makes it."""
    with _held(folder):
        if not (folder / FILE).exists():
            private = Ed25519PrivateKey.generate()
            _write(folder, private, (_public(private, now=now, before=None),))
        return _read(folder)


def public_keys(folder: Path) -> tuple[PublicKey, ...]:
    """The public keys so far, oldest first; none before the first publication. Writes nothing."""
    return _read(folder).public if (folder / FILE).exists() else ()


def rotate(folder: Path, *, now: datetime) -> SigningKey:
    """A new key that the present one has signed; the present private key is forgotten."""
    signing_key(folder, now=now)
    with _held(folder):
        old = _read(folder)
        private = Ed25519PrivateKey.generate()
        _write(folder, private, (*old.public, _public(private, now=now, before=old.private)))
        return _read(folder)


def is_signed(data: bytes, signature: str, public_key: str) -> bool:
    """Whether a signature fits; any other spelling of the same signature does not."""
    try:
        raw, key = bytes.fromhex(signature), bytes.fromhex(public_key)
        if raw.hex() != signature or key.hex() != public_key:
            return False
        Ed25519PublicKey.from_public_bytes(key).verify(raw, data)
    except (ValueError, InvalidSignature):
        return False
    return True


def handed_on_rightly(keys: Sequence[PublicKey]) -> bool:
    """Whether each key after the first was signed by the one before it."""
    return all(is_signed(bytes.fromhex(new.public_key), new.handed_on or "", old.public_key) for old, new in pairwise(keys))


def _public(private: Ed25519PrivateKey, *, now: datetime, before: Ed25519PrivateKey | None) -> PublicKey:
    raw = private.public_key().public_bytes_raw()
    return PublicKey(raw.hex(), to_json(now), before.sign(raw).hex() if before else None)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One at a time: two first publications at once must not make two keys. A killed process lets go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(folder: Path, private: Ed25519PrivateKey, public: tuple[PublicKey, ...]) -> None:
    content = {"private_key": private.private_bytes_raw().hex(), "public_keys": public}
    temporary = folder / ".signing.tmp"
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(readable(content))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE)


def _read(folder: Path) -> SigningKey:
    path = folder / FILE
    if path.stat().st_mode & 0o077:
        raise KeyFault(f"{path} can be read by others; its mode should be 0600 (chmod 600)")
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content["private_key"]))
        public = tuple(PublicKey(**item) for item in content["public_keys"])
    except (ValueError, TypeError, KeyError) as error:
        raise KeyFault(f"{path} is not a key file of Keepscore ({error}); restore it from a backup") from None
    if not public or public[-1].public_key != private.public_key().public_bytes_raw().hex():
        raise KeyFault(f"{path}: the private key is not that of the last public key; restore it from a backup")
    return SigningKey(private, public)
