"""The twenty places of the workload: a zone, its public holidays and its office hours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    zone: str
    country: str
    hours: dict[str, str]


_LONG = {"mon-fri": "08:00-18:00"}
_OFFICE = {"mon-fri": "09:00-17:00"}
_NOON = {"mon-fri": "08:30-12:30, 13:30-17:30"}
_SIX = {"mon-fri": "08:00-17:00", "sat": "09:00-13:00"}

PLACES = tuple(
    Place(zone, country, hours)
    for zone, country, hours in (
        ("Europe/London", "GB", _OFFICE),
        ("Europe/Berlin", "DE", _LONG),
        ("Europe/Paris", "FR", _NOON),
        ("Europe/Madrid", "ES", _NOON),
        ("Europe/Athens", "GR", _OFFICE),
        ("America/New_York", "US", _OFFICE),
        ("America/Chicago", "US", _LONG),
        ("America/Los_Angeles", "US", _OFFICE),
        ("America/St_Johns", "CA", _OFFICE),
        ("America/Sao_Paulo", "BR", _LONG),
        ("America/Santiago", "CL", _NOON),
        ("Africa/Casablanca", "MA", _OFFICE),
        ("Africa/Johannesburg", "ZA", _SIX),
        ("Asia/Kolkata", "IN", _SIX),
        ("Asia/Tokyo", "JP", _OFFICE),
        ("Asia/Singapore", "SG", _LONG),
        ("Australia/Sydney", "AU", _OFFICE),
        ("Australia/Adelaide", "AU", _OFFICE),
        ("Pacific/Auckland", "NZ", _OFFICE),
        ("Pacific/Chatham", "NZ", _LONG),
    )
)
