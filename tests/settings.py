"""The application's own settings in a home of this test process alone; quick password hashes, no manifest of static files."""

import os
import tempfile

_home = tempfile.mkdtemp(prefix="keepscore-test-")
os.environ.update(KEEPSCORE_HOME=_home, KEEPSCORE_TODAY="2026-10-13", KEEPSCORE_ADDRESS="http://testserver", EMAIL_URL="memorymail://")
os.environ.pop("KEEPSCORE_STORE", None)

from keepscore.server.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
