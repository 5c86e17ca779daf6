"""Tokens of the cast, and programs that use them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client as Browser

from keepscore.api.operations import make_token
from keepscore.users.models import User
from keepscore.web import clock

Program = Callable[..., Any]


@pytest.fixture
def secret_of(db: None) -> Callable[..., str]:
    """`secret_of(world.dan, "read", clients=[world.acme])` makes a token and gives its secret."""

    def make(user: User, *scopes: str, clients: Any = (), days: int = 30) -> str:
        now = clock.now()
        made = make_token(name="nightly", scopes=scopes, clients=clients, expires_at=now + timedelta(days=days), by=user, at=now)
        return made[1]

    return make


@pytest.fixture
def program() -> Callable[[str], Program]:
    """`program(secret)("get", "/clients")` asks the API with a token."""

    def with_token(secret: str) -> Program:
        browser = Browser(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)

        def ask(method: str, path: str, **more: Any) -> Any:
            return getattr(browser, method)(path if path.startswith("/api/") else f"/api/v1{path}", **more)

        return ask

    return with_token


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    """Published files and keys of one test alone."""
    settings.FOLDERS = dataclasses.replace(settings.FOLDERS, shelf=tmp_path / "published", keys=tmp_path / "keys")
    return tmp_path / "published"


@pytest.fixture
def own_requests(db: None) -> Iterator[None]:
    """Requests to the WSGI application in this thread see the test's transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
