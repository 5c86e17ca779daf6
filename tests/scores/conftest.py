"""Cedar is made once for this package, inside a transaction that is rolled back behind its last test."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from keepscore.clients.models import Client
from keepscore.users.models import User
from tests.scores import cedar as made


@pytest.fixture(scope="package")
def _cedar(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("cedar")
    shutil.copytree(settings.KEEPSCORE_STORE, folder / "store")
    folders = dataclasses.replace(settings.FOLDERS, judged=folder / "judged")
    with (
        django_db_blocker.unblock(),
        override_settings(KEEPSCORE_STORE=str(folder / "store"), FOLDERS=folders),
        transaction.atomic(),
    ):
        made.build(User.objects.get(email="dana@northgate.test"), folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cedar(_cedar: None, world: object) -> Client:
    return Client.objects.get(key="cedar")


@pytest.fixture
def own_copy(_cedar: None, tmp_path: Path, settings: Any) -> None:
    """A copy of Cedar's record store for a test that writes to it."""
    shutil.copytree(settings.KEEPSCORE_STORE, tmp_path / "own-store")
    settings.KEEPSCORE_STORE = str(tmp_path / "own-store")
