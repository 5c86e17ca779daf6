"""Saving what holds for the whole vendor."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from keepscore.clients.models import Client, VendorSettings
from keepscore.clients.settings import the_settings, tree_of
from keepscore.clients.signals import defaults_changed, scores_stale
from keepscore.engine.contract.model import EnoughData, Grades, default_areas
from keepscore.users import audit
from keepscore.users.audit import Actor

GRADES = ("A", "B", "C", "D")
HEAD = "# Vendor-wide defaults, merged under every contract. What a contract says itself wins.\n"


class ChangedMeanwhile(ValueError):
    def __init__(self) -> None:
        super().__init__(_("Somebody else saved the settings meanwhile. Look at them again, then save."))


@dataclass(frozen=True, slots=True)
class Area:
    """One area with its sub-areas; keys stay for good, because contracts name them."""

    key: str
    name: str
    sub_areas: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The part of the defaults file that the page changes."""

    vendor: str
    areas: tuple[Area, ...]
    grades: Mapping[str, Decimal]
    coverage: Decimal               # percent
    records: int


def terms_of(text: str) -> Terms:
    """What a defaults file says, with what holds where it says nothing."""
    tree = tree_of(text)
    card = tree.get("scorecard") or {}
    areas = card.get("areas") or _engine_areas()
    grades, enough = card.get("grades") or {}, card.get("enough_data") or {}
    return Terms(
        vendor=str(tree.get("vendor") or ""),
        areas=tuple(Area(a["key"], a["name"], tuple((s["key"], s["name"]) for s in a["sub_areas"])) for a in areas),
        grades={letter: Decimal(str(grades.get(letter, _decimal(getattr(Grades(), letter))))) for letter in GRADES},
        coverage=Decimal(str(enough.get("coverage", _decimal(EnoughData().coverage * 100))).rstrip("%")),
        records=int(enough.get("records", EnoughData().records)),
    )


def text_of(terms: Terms, *, before: str) -> str:
    """A defaults file with these terms; what else the one before says, such as calendars, stays in it."""
    tree = tree_of(before)
    card = dict(tree.get("scorecard") or {})
    had = {area["key"]: area for area in card.get("areas") or _engine_areas()}
    tree.pop("vendor", None)
    if terms.vendor:
        tree = {"vendor": terms.vendor, **tree}
    card["areas"] = [_area(had.get(area.key, {}), area) for area in terms.areas]
    card["grades"] = {**(card.get("grades") or {}), **{letter: float(value) for letter, value in terms.grades.items()}}
    card["enough_data"] = {**(card.get("enough_data") or {}), "coverage": f"{terms.coverage.normalize():f}%", "records": terms.records}
    out = io.StringIO()
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.sort_base_mapping_type_on_output = False, False
    writer.dump({**tree, "scorecard": card}, out)
    return HEAD + out.getvalue()


@transaction.atomic
def save_settings(
    *, terms: Terms, cadence: str, keep_files_days: int | None, edition: int, by: Actor, at: datetime
) -> VendorSettings:
    """Keep the settings; other names, grades or limits have every client scored anew. Raises ChangedMeanwhile, DefaultsRefused."""
    VendorSettings.objects.get_or_create(id=1)
    saved = VendorSettings.objects.select_for_update().get(id=1)
    if saved.edition != edition:
        raise ChangedMeanwhile
    before = terms_of(saved.defaults)
    text = saved.defaults if terms == before else text_of(terms, before=saved.defaults)
    changed = _changed(before, terms) | {
        name: {"before": old, "after": new}
        for name, old, new in (("cadence", saved.cadence, cadence), ("keep_files_days", saved.keep_files_days, keep_files_days))
        if old != new
    }
    if not changed:
        return saved
    is_other = text != saved.defaults
    saved.defaults, saved.cadence, saved.keep_files_days = text, cadence, keep_files_days
    saved.edition, saved.saved_at, saved.saved_by = edition + 1, at, by.user
    saved.save()
    audit.record("settings.saved", about=saved, by=by, at=at, **changed)
    if is_other:
        defaults_changed.send(VendorSettings, text=text, at=at)
        scores_stale.send(VendorSettings, clients=list(Client.objects.filter(archived_at__isnull=True)), at=at)
    return saved


def _changed(before: Terms, after: Terms) -> dict[str, Any]:
    found = {}
    for name in Terms.__dataclass_fields__:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found[name] = {"before": _plain(old), "after": _plain(new)}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: str(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return {area.name: [name for _key, name in area.sub_areas] for area in value}
    return value if isinstance(value, int) else str(value)


def _area(had: Mapping[str, Any], area: Area) -> dict[str, Any]:
    subs = {sub["key"]: sub for sub in had.get("sub_areas", ())}
    named = [{**subs.get(key, {}), "key": key, "name": name} for key, name in area.sub_areas]
    return {**had, "key": area.key, "name": area.name, "sub_areas": named}


def _engine_areas() -> list[dict[str, Any]]:
    return [
        {"key": area.key, "name": area.name, "sub_areas": [{"key": sub.key, "name": sub.name} for sub in area.sub_areas]}
        for area in default_areas()
    ]


def _decimal(value: Any) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


__all__ = ["Area", "ChangedMeanwhile", "Terms", "save_settings", "terms_of", "text_of", "the_settings"]
