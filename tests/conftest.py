"""One world for each test process, made once; what a test changes in the database is rolled back."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as in an installation: in memory its transactions would behave otherwise. Elsewhere a database a process."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"] = {**database.get("TEST", {}), "NAME": str(tmp_path_factory.mktemp("db") / "test.sqlite3")}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The whole cast, committed once."""
    from keepscore.intake.store import the_store
    from tests import world

    with django_db_blocker.unblock():      # type: ignore[attr-defined]
        world.build(the_store(), tmp_path_factory.mktemp("exports"))


@pytest.fixture
def world(db: None, settings: object, tmp_path: Path) -> object:
    """The cast as it stands in the database, with a shelf of published scorecards of the test's own."""
    settings.FOLDERS = dataclasses.replace(settings.FOLDERS, shelf=tmp_path / "published")      # type: ignore[attr-defined]
    from keepscore.clients.models import Client
    from keepscore.users.models import User
    from tests.world import World

    people = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith="@northgate.test")}
    clients = {client.key: client for client in Client.objects.filter(key__in=["acme", "birch"])}
    return World(**people, **clients)


@pytest.fixture
def as_user(db: None) -> object:
    """`as_user(world.dana)` is a browser in which she is signed in; an administrator gets a second factor first."""

    def sign_in(user: object) -> Browser:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

        if user.role == "administrator":      # type: ignore[attr-defined]
            TOTP.activate(user, generate_totp_secret())
        browser = Browser()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return sign_in


@pytest.fixture
def own_store(tmp_path: Path, settings: object) -> Path:
    """A copy of the world's record store for a test that writes to it."""
    place = tmp_path / "store"
    shutil.copytree(settings.KEEPSCORE_STORE, place)      # type: ignore[attr-defined]
    settings.KEEPSCORE_STORE = str(place)      # type: ignore[attr-defined]
    return place


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")      # Playwright's loop runs in the thread of the browser tests
