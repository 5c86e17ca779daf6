"""Everything on exit: whole, readable by others, and nothing secret in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings

from keepscore.clients.models import WholeExport
from keepscore.contracts.models import Contract
from keepscore.engine.contract import loads_contract
from keepscore.intake.store import the_store
from keepscore.scores.models import Score
from keepscore.server import export_jobs
from keepscore.server.export import write_export
from keepscore.users.models import AuditEntry, User
from tests.world import NOW, World


@pytest.fixture
def packed(world: World, tmp_path: Path) -> zipfile.ZipFile:
    User.objects.filter(pk=world.eli.pk).update(name="=HYPERLINK(1)")
    target = tmp_path / "out.zip"
    write_export(target, at=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]
    return zipfile.ZipFile(target)


def test_the_manifest_names_every_file_with_size_and_digest(packed: zipfile.ZipFile) -> None:
    manifest = json.loads(packed.read("manifest.json"))
    assert sorted(packed.namelist()) == sorted([*manifest["files"], "manifest.json"])
    for name, told in manifest["files"].items():
        data = packed.read(name)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (told["bytes"], told["sha256"]), name
    assert (manifest["at"], manifest["counts"]["contracts"], manifest["counts"]["users"]) == ("2026-10-13T08:30:00Z", 2, 7)


def test_other_programs_find_the_same_records_scores_and_contracts(packed: zipfile.ZipFile) -> None:
    records = the_store().read("records")
    assert pq.read_table(io.BytesIO(packed.read("records/records.parquet"))).equals(records)
    assert len(list(csv.reader(io.StringIO(packed.read("records/records.csv").decode())))) == records.num_rows + 1
    assert loads_contract(packed.read("contracts/acme/main.yaml").decode()) == loads_contract(Contract.objects.get(client__key="acme").text)
    score = Score.objects.get(client__key="acme", period="2026-Q3")
    assert json.loads(packed.read("scores/acme/main-2026-Q3.json")) == score.result
    assert len(list(csv.reader(io.StringIO(packed.read("people/audit.csv").decode())))) == AuditEntry.objects.count() + 1


def test_no_secret_is_in_it_and_no_cell_runs(packed: zipfile.ZipFile) -> None:
    everything = b"".join(packed.read(name) for name in packed.namelist() if not name.endswith(".parquet"))
    secrets = [*User.objects.values_list("password", flat=True), settings.SECRET_KEY]
    assert not [secret for secret in secrets if secret.encode() in everything]
    assert "'=HYPERLINK(1)" in packed.read("people/users.csv").decode()


def test_the_worker_makes_what_was_asked_for_once_and_it_is_taken_away(world: World, as_user: Any) -> None:
    ada = as_user(world.ada)
    assert [ada.post("/export/").status_code for _ in range(2)] == [302, 302]
    assert WholeExport.objects.count() == 1
    assert b"is being made" in ada.get("/export/").content
    assert [export_jobs.make_waiting(at=NOW) for _ in range(2)] == [True, False]
    wish = WholeExport.objects.get()
    answer = ada.get(f"/export/{wish.pk}/file/")
    data = b"".join(answer.streaming_content)
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (wish.sha256, wish.size)
    actions = AuditEntry.objects.filter(action__startswith="export.").order_by("id").values_list("action", "by")
    assert list(actions) == [("export.asked", "Ada Northgate"), ("export.done", "Keepscore"), ("export.downloaded", "Ada Northgate")]
    assert export_jobs.sweep(at=NOW + export_jobs.KEPT) == 1
    assert (ada.get(f"/export/{wish.pk}/file/").status_code, b"was removed" in ada.get("/export/").content) == (404, True)


def test_only_who_may_export_finds_it(world: World, as_user: Any) -> None:
    for name in ("lee", "dana", "eve", "dan"):
        browser = as_user(getattr(world, name))
        answers = (browser.get("/export/"), browser.post("/export/"), browser.get("/export/1/file/"))
        assert [answer.status_code for answer in answers] == [404, 404, 404]
