"""Verifying: every digest, the signature, then every number again from the bundle alone. No network, no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepscore.evidence.archive import NotABundle, unpack
from keepscore.evidence.canonical import NotCanonical, digest
from keepscore.evidence.decode import Undecodable
from keepscore.evidence.keys import fingerprint, is_signed
from keepscore.evidence.manifest import FORMAT
from keepscore.evidence.recheck import Different, recheck
from keepscore.evidence.rows import first_changed_row
from keepscore.evidence.sheets import UnreadableTable
from keepscore.evidence.shelf import BrokenShelf, read_filed

SIGNED = ("manifest.json", "manifest.sig")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found. `differences` begins with the first one; empty means the bundle is what was published."""

    bundle: str
    differences: tuple[str, ...]
    notes: tuple[str, ...]              # what a reader should know that is no difference
    manifest: dict[str, Any] | None     # None where it cannot be read

    @property
    def ok(self) -> bool:
        return not self.differences

    @property
    def signed_by(self) -> str | None:
        """Fingerprint of the key in the manifest; to be compared with the vendor's."""
        return self.manifest["key"]["fingerprint"] if self.ok and self.manifest else None


def verify(bundle: Path, *, expected_fingerprint: str | None = None) -> Verdict:
    """Check a bundle (folder or .keepscore.zip) and compute every number again.

    `expected_fingerprint` is the vendor's key as told by another way; without it the signature proves only that the
    bundle hangs together. Never raises for what is wrong with a bundle: that is a difference.
    """
    try:
        files = unpack(bundle)
    except (NotABundle, OSError) as error:
        return Verdict(bundle.name, (str(error),), (), None)
    manifest, broken = _manifest(files)
    if manifest is None or broken:
        return Verdict(bundle.name, tuple(broken), (), manifest)
    try:
        broken = [*_signature(files, manifest, expected_fingerprint), *_digests(files, manifest), *_chain(bundle, manifest)]
        if broken:
            return Verdict(bundle.name, tuple(broken), (), manifest)
        notes = recheck(files, manifest)
    except (Different, NotCanonical, Undecodable, UnreadableTable) as error:
        return Verdict(bundle.name, (str(error),), (), manifest)
    except Exception as error:  # a bundle may be made by anyone: whatever the engine trips over in it is a difference
        sentence = f"the numbers cannot be computed again from the bundle: {type(error).__name__}: {str(error)[:300]}"
        return Verdict(bundle.name, (sentence,), (), manifest)
    if expected_fingerprint is None:
        notes = (*notes, "the signing key was not compared with the vendor's: do that once by another way, then use --fingerprint")
    return Verdict(bundle.name, (), notes, manifest)


def _manifest(files: dict[str, bytes]) -> tuple[dict[str, Any] | None, list[str]]:
    missing = [name for name in SIGNED if name not in files]
    if missing:
        return None, [f"{name} is missing" for name in missing]
    try:
        manifest = json.loads(files["manifest.json"])
    except (ValueError, RecursionError) as error:
        return None, [f"manifest.json was changed: it is no longer JSON ({error})"]
    if not isinstance(manifest, dict):
        return None, ["manifest.json was changed: it is no longer an object"]
    return manifest, []


def _signature(files: dict[str, bytes], manifest: dict[str, Any], expected: str | None) -> Iterator[str]:
    """First of all: what is not signed is not worth a closer look."""
    text = files["manifest.sig"].decode("ascii", errors="replace")
    said = manifest.get("key")
    key = said if isinstance(said, dict) else {}
    public_key = str(key.get("public_key", ""))
    if not text.endswith("\n") or not is_signed(files["manifest.json"], text[:-1], public_key):
        yield "manifest.json or manifest.sig was changed after signing: the signature does not fit the manifest and its key"
        return
    if manifest.get("format") != FORMAT:
        yield f"manifest.json: format is {manifest.get('format')!r}; this program knows format {FORMAT}"
    if key.get("fingerprint") != fingerprint(public_key):
        yield f"manifest.json: key.fingerprint is {key.get('fingerprint')!r}, that of the key is {fingerprint(public_key)!r}"
    if expected is not None and _plain(expected) != _plain(fingerprint(public_key)):
        yield f"signed with another key: its fingerprint is {fingerprint(public_key)}, expected was {expected}"


def _plain(text: str) -> str:
    return "".join(text.lower().split())


def _digests(files: dict[str, bytes], manifest: dict[str, Any]) -> Iterator[str]:
    listed = manifest["files"]
    yield from (f"{name} is missing" for name in listed if name not in files)
    yield from (f"{name} does not belong to the bundle" for name in files if name not in listed and name not in SIGNED)
    for name, said in listed.items():
        if name in files and (digest(files[name]) != said["sha256"] or len(files[name]) != said["bytes"]):
            row = first_changed_row(name, files, listed)
            yield f"{name} was changed: {row or 'its digest is not the one in manifest.json'}"


def _chain(bundle: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Place in the row of publications; the one before is compared where it lies beside this one."""
    chain, correction = manifest["chain"], manifest["correction"]
    if (chain["number"] == 1) != (chain["previous"] is None) or (chain["previous"] is None) != (chain["bundle"] is None):
        yield "manifest.json: chain: only the first publication of a client follows on nothing"
    if (manifest["number"] == 1) != (correction is None):
        yield "manifest.json: correction: the first publication of a period replaces nothing, a later one says what it replaces"
    named = [(chain["bundle"], chain["previous"])]
    if correction is not None:
        named.append((correction["replaces"], correction["manifest"]))
    for name, said in named:
        path = bundle.parent / name if name and Path(name).name == name else None
        if path is not None and path.is_file():
            try:
                found = read_filed(path).digest
            except BrokenShelf as error:
                yield str(error)
            else:
                if found != said:
                    yield f"{name}, which lies beside this bundle, is not the one that it follows on"
