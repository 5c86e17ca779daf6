from __future__ import annotations

import pytest

from keepscore.web import nav
from tests.web import gallery


@pytest.fixture(autouse=True)
def frame_of_our_own(settings, monkeypatch) -> None:
    """Navigation and addresses of these tests alone, whatever the rooms have registered."""
    settings.ROOT_URLCONF = "tests.web.urls"
    settings.KEEPSCORE_SAMPLE = True
    for name in ("main", "user_menu", "client_tabs"):
        monkeypatch.setattr(nav, name, nav.Menu())
    nav.main.register(nav.Entry("Import", "import", 30), nav.Entry("Portfolio", "portfolio", 10, keys="g p"),
                      nav.Entry("Measures", "measures", 20))
    nav.user_menu.register(nav.Entry("People and access", "people", 10))
    nav.client_tabs.register(nav.Entry("Home", "client-home", 10), nav.Entry("Measures", "client-measures", 20))
    monkeypatch.setattr(nav, "_neighbours", [lambda _user, _client: (gallery.BEFORE, gallery.AFTER)])
