"""What holds for the whole vendor, for the rooms above to read."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from keepscore.clients.models import Cadence, VendorSettings


def the_settings() -> VendorSettings:
    """The saved settings, or those that hold before anybody saves."""
    return VendorSettings.objects.first() or VendorSettings()


def defaults_text() -> str:
    """The defaults file that is merged under every contract; empty where nobody has set any."""
    return str(VendorSettings.objects.values_list("defaults", flat=True).first() or "")


def default_cadence() -> str:
    return str(VendorSettings.objects.values_list("cadence", flat=True).first() or Cadence.QUARTER)


def keep_files_days() -> int | None:
    """For how many days uploaded files and rejected rows are kept; None: for good."""
    found: int | None = VendorSettings.objects.values_list("keep_files_days", flat=True).first()
    return found


def tree_of(text: str) -> dict[str, Any]:
    """The values of a defaults file."""
    return dict(YAML(typ="safe", pure=True).load(text) or {}) if text.strip() else {}
