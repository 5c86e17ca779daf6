"""Bringing an installation up: settings, database, static files; refused when the program is older than its database."""

from __future__ import annotations

import os
from pathlib import Path


class CannotStart(RuntimeError):
    """Why this installation is not started; the text says what to do."""


def configure(home: Path | None = None) -> None:
    """Load Django with the settings of `home` (KEEPSCORE_HOME, else ./keepscore-home). Call once, before any room is imported."""
    import django

    if home is not None:
        os.environ["KEEPSCORE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keepscore.server.settings")
    django.setup()


def prepare(*, collect: bool = True) -> None:
    """Database migrated and static files collected. Raises CannotStart on a database that is newer than this program."""
    from django.core.management import call_command

    refuse_newer_database()
    call_command("migrate", verbosity=0, interactive=False)
    if collect:
        call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def refuse_newer_database() -> None:
    """A database with migrations that this program does not know was written by a newer one."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = {app for app, _ in loader.disk_migrations}
    unknown = {(app, name) for app, name in loader.applied_migrations if app in ours} - set(loader.disk_migrations)
    if unknown:
        told = ", ".join(sorted(f"{app}.{name}" for app, name in unknown))
        raise CannotStart(f"The database was written by a newer Keepscore (it knows {told}). Install that version or a later one.")


def refuse_untranslated() -> None:
    """A language without a catalogue would mix two on every page. Raises CannotStart."""
    from django.conf import settings

    from keepscore.server.languages import untranslated

    missing = untranslated((code for code, _ in settings.LANGUAGES), settings.LOCALE_PATHS)
    if missing:
        told = ", ".join(missing)
        raise CannotStart(f"There is no translation into {told}. Put one into {settings.LOCALE_PATHS[0]}, or change KEEPSCORE_LANGUAGE.")


def refuse_unsafe() -> None:
    """A server for others needs HTTPS, a key of its own and no DEBUG. Raises CannotStart with everything that is missing."""
    from django.conf import settings

    if not settings.PRODUCTION:
        return
    faults = []
    if settings.DEBUG:
        faults.append("KEEPSCORE_DEBUG is on")
    if not settings.HTTPS:
        faults.append(f"KEEPSCORE_ADDRESS is {settings.ADDRESS}; it has to begin with https://")
    if settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        faults.append(f"KEEPSCORE_OIDC_ISSUER is {settings.OIDC_ISSUER}; it has to begin with https://")
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5 or settings.SECRET_KEY.startswith("django-insecure-"):
        faults.append("KEEPSCORE_SECRET_KEY can be guessed; leave it away and one is made, or set 50 random characters")
    if faults:
        raise CannotStart("This server is not safe for others: " + "; ".join(faults) + ".")
