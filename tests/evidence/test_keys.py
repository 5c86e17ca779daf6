"""The signing key: made once, kept to oneself, handed on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keepscore.evidence import keys

NOW = datetime(2026, 10, 13, 8, tzinfo=UTC)


def test_the_first_use_makes_the_key_and_later_ones_find_it(tmp_path):
    made, found = keys.signing_key(tmp_path / "keys", now=NOW), keys.signing_key(tmp_path / "keys", now=NOW + timedelta(days=1))
    assert found.public == made.public
    assert (tmp_path / "keys" / keys.FILE).stat().st_mode & 0o777 == 0o600
    assert [item.made_at for item in found.public] == ["2026-10-13T08:00:00Z"]


def test_ten_first_uses_at_once_make_one_key(tmp_path):
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: keys.signing_key(tmp_path, now=NOW).fingerprint, range(10)))
    assert len(set(made)) == 1


def test_rotating_forgets_the_old_private_key_after_it_signed_the_new_one(tmp_path):
    old = keys.signing_key(tmp_path, now=NOW)
    new = keys.rotate(tmp_path, now=NOW + timedelta(days=1))
    assert new.public[0] == old.public[0]
    assert new.fingerprint != old.fingerprint
    assert keys.handed_on_rightly(new.public)
    assert old.private.private_bytes_raw().hex() not in (tmp_path / keys.FILE).read_text()


def test_a_key_that_the_one_before_did_not_sign_is_found(tmp_path):
    keys.signing_key(tmp_path / "own", now=NOW)
    own, strange = keys.rotate(tmp_path / "own", now=NOW), keys.signing_key(tmp_path / "strange", now=NOW)
    assert not keys.handed_on_rightly((own.public[0], replace(strange.public[0], handed_on=own.public[1].handed_on)))
    assert not keys.handed_on_rightly((own.public[0], strange.public[0]))


def test_one_signature_has_one_spelling(tmp_path):
    key = keys.signing_key(tmp_path, now=NOW)
    signature, public = key.sign(b"text"), key.public[-1].public_key
    assert keys.is_signed(b"text", signature, public)
    assert not keys.is_signed(b"texT", signature, public)
    assert not keys.is_signed(b"text", signature.upper(), public)
    assert not keys.is_signed(b"text", signature + " ", public)
    assert not keys.is_signed(b"text", signature[:-2], public)
    assert not keys.is_signed(b"text", signature, public.upper())
    assert not keys.is_signed(b"text", "not a signature", public)


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    keys.signing_key(tmp_path, now=NOW)
    (tmp_path / keys.FILE).chmod(0o644)
    with pytest.raises(keys.KeyFault, match="0600"):
        keys.signing_key(tmp_path, now=NOW)


def test_a_broken_key_file_is_refused_and_not_replaced(tmp_path):
    keys.signing_key(tmp_path, now=NOW)
    path = tmp_path / keys.FILE
    content = json.loads(path.read_text())
    for broken in ("{}", "no json", json.dumps(content | {"private_key": "00" * 32})):
        path.write_text(broken)
        with pytest.raises(keys.KeyFault, match="restore it from a backup"):
            keys.signing_key(tmp_path, now=NOW)
        assert path.read_text() == broken


def test_keys_are_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("KEEPSCORE_KEYS", str(tmp_path))
    assert keys.keys_folder() == tmp_path
    monkeypatch.delenv("KEEPSCORE_KEYS")
    assert keys.keys_folder() == Path.home() / ".config/keepscore/keys"


def test_a_fingerprint_is_eight_groups_of_four():
    assert keys.fingerprint("00" * 32) == "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20"
