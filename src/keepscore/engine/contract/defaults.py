"""The vendor-wide defaults file, merged under each contract at load.

    vendor: Northgate Services          # where a contract names none
    currency: GBP
    year_starts: 4
    priorities: [P1, P2, P3]            # where a version declares none
    limits: {P1: 4h, default: 16h}      # where a kept_when map has no `within`
    calendars: {office: {...}}          # added to each version that has no calendar of that key
    scorecard: {areas: [...], grades: {...}, enough_data: {...}, ceilings: {...}}

What the contract says wins. Maps are merged key by key; a list is taken whole from one side or the other.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from keepscore.engine.contract.kinds import Key, Limit, Name, Whole
from keepscore.engine.contract.model import Hours, Part, ScorecardTerms
from keepscore.engine.contract.text import Map, Seq

ORIGIN = "defaults"


class Defaults(Part):
    """The defaults file as a model; used to find its faults once, not once for each contract."""

    vendor: Annotated[Name | None, Field(description="the vendor's name as it is to be printed")] = None
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$", description="a currency of three capital letters, such as GBP")] = None
    year_starts: Annotated[Whole | None, Field(ge=1, le=12, description="the month a year begins with, 1 to 12")] = None
    priorities: Annotated[tuple[Key, ...], Field(description="a list of the priorities that are agreed")] = ()
    limits: Annotated[dict[Key, Limit], Field(description="a map such as {P1: 4h, default: 16h}")] = Field(default_factory=dict)
    calendars: Annotated[dict[Key, Hours], Field(description="a map from keys to calendars")] = Field(default_factory=dict)
    scorecard: Annotated[ScorecardTerms | None, Field(description="a map with areas, grades, enough_data, ceilings")] = None


def merged(contract: Map, defaults: Map | None) -> Map:
    """A new tree: the contract with the defaults under it. Lines stay those of the file that a value came from."""
    if not defaults:
        return contract
    tree = _under(contract, _only(defaults, "vendor", "currency", "year_starts"))
    versions = tree.get("versions")
    if isinstance(versions, Seq):
        with_defaults = Seq(versions.at)
        with_defaults.lines = versions.lines
        with_defaults.extend(_version(version, defaults) for version in versions)
        tree["versions"] = with_defaults
    return tree


def _version(version: Any, defaults: Map) -> Any:
    if not isinstance(version, Map):
        return version
    tree = _under(version, _only(defaults, "priorities"))
    for key in ("scorecard", "calendars"):
        depth = 1 if key == "calendars" else 9      # a calendar is taken whole
        tree = _under(tree, _only(defaults, key), depth=depth)
    if "limits" in defaults and isinstance(tree.get("measures"), Seq):
        measures = Seq(tree["measures"].at)
        measures.lines = tree["measures"].lines
        measures.extend(_measure(measure, defaults) for measure in tree["measures"])
        tree["measures"] = measures
    return tree


def _measure(measure: Any, defaults: Map) -> Any:
    if not isinstance(measure, Map) or not isinstance(measure.get("kept_when"), Map) or "within" in measure["kept_when"]:
        return measure
    limits = Map(defaults.lines["limits"])
    limits["within"], limits.lines["within"] = defaults["limits"], defaults.lines["limits"]
    copy = _copy(measure)
    copy["kept_when"] = _under(measure["kept_when"], limits)
    return copy


def _only(tree: Map, *keys: str) -> Map:
    part = Map(tree.at)
    for key in keys:
        if key in tree:
            part[key], part.lines[key] = tree[key], tree.lines.get(key, tree.at)
    return part


def _copy(tree: Map) -> Map:
    copy = Map(tree.at)
    copy.update(tree)
    copy.lines, copy.origin = dict(tree.lines), dict(tree.origin)
    return copy


def _under(tree: Map, base: Map, *, depth: int = 9) -> Map:
    """`tree` with what only `base` has; maps in both are merged in turn, `depth` levels below this one."""
    result = _copy(tree)
    for key, value in base.items():
        mine = result.get(key)
        if mine is None:
            result[key], result.lines[key], result.origin[key] = value, base.lines.get(key, base.at), ORIGIN
        elif isinstance(mine, Map) and isinstance(value, Map) and depth:
            result[key] = _under(mine, value, depth=depth - 1)
    return result
