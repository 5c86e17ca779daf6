"""Who is in the demo: 14 clients of very unequal size, each with its story told by numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VENDOR = "Harbourline Services"
LEAD = "Ruth Adeyemi"
QUARTERS = 8                      # full quarters of records: Q4 2024 to Q3 2026; a ninth has only begun
DESK, PHONE, FIELD, FAULTS, PATCHES, NETWORK, MOVES = (
    "service-desk", "phone", "field-visits", "faults", "security", "network", "moves",
)
ALL = (DESK, PHONE, FIELD, FAULTS, PATCHES, NETWORK)


@dataclass(frozen=True, slots=True)
class Cast:
    """One client.

    `delivery` and `care` say what the records and the facts are worth on the scale 1 to 5: first quarter, last quarter,
    straight lines between. `requests` is the planned number of requests in a quarter; other work follows from it.
    """

    key: str
    name: str
    requests: int
    delivery: tuple[float, float]
    care: tuple[float, float]
    services: tuple[str, ...] = ALL
    timezone: str = "Europe/London"
    holidays: tuple[str, str | None] = ("GB", "ENG")
    currency: str = "GBP"
    fee: int = 9_000               # a month
    sites: tuple[str, ...] = ("Head office", "Depot")
    busy: float = 1.0              # last quarter's volume against plan
    first_quarter: int = 0         # 0 is Q4 2024
    lean: Mapping[str, float] = field(default_factory=dict, hash=False)   # how far one measure stands off its client's level
    visits_named: str = "Field visits on the agreed day"
    ends: str = "2027-12-31"
    notice: str = "2027-06-30"


MARLOWE = Cast(
    "marlowe", "Marlowe Foods", 7_137, (4.15, 4.25), (3.2, 3.5), (*ALL, MOVES), fee=48_000,
    sites=("Leeds depot", "Kettering depot", "Drivers", "Head office", "Bristol depot"), busy=1.29, ends="2027-03-31", notice="2026-12-31",
)
CAST: tuple[Cast, ...] = (
    MARLOWE,
    # Delivers perfectly and quietly; nobody there notices, and nobody here knows what they are after.
    Cast("corvane", "Corvane Logistics", 1_050, (4.75, 4.9), (4.1, 4.4), fee=21_000, sites=("Dock 4", "Dock 7", "Yard office"),
         lean={"people-known": -2.5, "goals-on-track": -0.5, "first-contact": -0.7}),
    # Slides a little every quarter.
    Cast("quillon", "Quillon Retail", 1_400, (4.3, 2.0), (3.9, 2.5), fee=26_000, sites=("Stores north", "Stores south", "Warehouse")),
    # The turnaround: from D to B in two years.
    Cast("bramwell", "Bramwell Health", 650, (2.3, 4.4), (1.9, 3.8), fee=14_000, sites=("Clinics", "Laboratory")),
    # New, with too few records for some of its measures.
    Cast("sable-point", "Sable Point Credit Union", 46, (4.4, 4.4), (4.0, 4.1), (DESK, PHONE, FAULTS, PATCHES, NETWORK),
         timezone="America/New_York", holidays=("US", "NY"), currency="USD", fee=3_200,
         sites=("Main Street", "Harbor branch"), first_quarter=6),
    Cast("ravel", "Ravel Print", 110, (3.4, 3.2), (3.1, 2.9), (DESK, FIELD, NETWORK), fee=2_900, sites=("Print hall", "Bindery")),
    Cast("pennant", "Pennant Housing", 520, (3.8, 4.1), (2.9, 3.15), (DESK, PHONE, FIELD, FAULTS, NETWORK), fee=9_500,
         sites=("East estates", "West estates"), lean={"field-visits-on-day": -1.0, "requests-on-time": -0.5},
         visits_named="Repairs on the agreed day"),
    Cast("tessel", "Tessel Insurance", 820, (4.4, 4.6), (4.1, 4.3), timezone="Europe/Berlin", holidays=("DE", "BE"), currency="EUR",
         fee=19_000, sites=("Berlin", "Potsdam"), busy=1.03),
    Cast("alder-finch", "Alder & Finch", 260, (4.1, 4.25), (3.5, 3.6), (DESK, PHONE, FAULTS, NETWORK), fee=6_100,
         sites=("Chambers", "Annexe")),
    Cast("hexley", "Hexley Biotech", 240, (4.5, 4.7), (4.2, 4.45), (DESK, FAULTS, PATCHES, NETWORK), timezone="Europe/Dublin",
         holidays=("IE", None), currency="EUR", fee=7_400, sites=("Laboratories", "Clean room")),
    Cast("vantry", "Vantry Energy", 560, (4.3, 3.7), (3.7, 3.0), (DESK, PHONE, FIELD, FAULTS, PATCHES), fee=12_500,
         sites=("Meters", "Control room"), busy=1.12, lean={"field-visits-on-day": -0.9}, visits_named="Meter jobs on the agreed day"),
    Cast("dunmore", "Dunmore Ceramics", 170, (4.0, 4.2), (3.3, 3.35), (DESK, PHONE, NETWORK), fee=4_300, sites=("Kilns", "Showroom")),
    Cast("osprey", "Osprey Rail Leasing", 120, (4.6, 4.85), (4.3, 4.5), (DESK, PATCHES, NETWORK), timezone="Europe/Amsterdam",
         holidays=("NL", None), currency="EUR", fee=5_200, sites=("Depot Utrecht", "Office")),
    Cast("larkfield", "Larkfield Schools", 430, (4.2, 4.35), (3.7, 3.85), (DESK, PHONE, FIELD, FAULTS, NETWORK), fee=7_700,
         sites=("Primary", "Secondary")),
)
