"""A bundle in one file: the same files give the same bytes, and any other container is refused."""

from __future__ import annotations

import io
import os
import random
import zipfile

import pytest

from keepscore.evidence.archive import NotABundle, pack, unpack, unpack_bytes

FILES = {"manifest.json": b"{}", "earlier/2026-Q2.json": b'{"a":1}', "records.parquet": bytes(range(256))}


def test_the_same_files_give_the_same_bytes_in_any_order():
    assert pack(FILES) == pack(dict(reversed(FILES.items())))
    assert unpack_bytes(pack(FILES)) == FILES


def test_a_folder_and_a_zip_hold_the_same(tmp_path):
    (tmp_path / "a.keepscore.zip").write_bytes(pack(FILES))
    with zipfile.ZipFile(tmp_path / "a.keepscore.zip") as archive:
        archive.extractall(tmp_path / "a")
    assert unpack(tmp_path / "a") == unpack(tmp_path / "a.keepscore.zip") == FILES


def test_every_single_flipped_byte_of_a_container_is_found():
    data, chance = pack(FILES), random.Random(1)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << chance.randrange(8)
        try:
            found = unpack_bytes(bytes(changed))
        except NotABundle:
            continue
        assert found != FILES, f"byte {at}"


def test_bytes_before_or_after_the_container_are_found():
    for data in (pack(FILES) + b"x", b"x" + pack(FILES), pack(FILES)[:-1], b""):
        with pytest.raises(NotABundle):
            unpack_bytes(data)


def _zip(names, *, compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name in names:
            archive.writestr(name, b"0" * 1000)
    return out.getvalue()


def test_strange_names_and_compressed_files_are_refused():
    for name in ("../up", "/root", "a/b", ".hidden", "earlier/../up", "C:x", "a\\b", "x" * 200):
        with pytest.raises(NotABundle):
            unpack_bytes(_zip([name]))
    with pytest.raises(NotABundle, match="only stores"):
        unpack_bytes(_zip(["a"], compression=zipfile.ZIP_DEFLATED))
    with pytest.raises(NotABundle, match="at most"):
        unpack_bytes(_zip([f"a{n}" for n in range(501)]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    with pytest.raises(NotABundle, match="two files of one name"):
        unpack_bytes(_zip(["a", "a"]))


def test_a_link_in_a_folder_is_refused(tmp_path):
    os.symlink("/etc/passwd", tmp_path / "records.csv")
    with pytest.raises(NotABundle, match="link"):
        unpack(tmp_path)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(NotABundle, match="is not there"):
        unpack(tmp_path / "none")
