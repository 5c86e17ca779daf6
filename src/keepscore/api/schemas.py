"""What the API answers: plain values, moments in UTC, exact fractions as text, clients by their slug."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field, PlainSerializer

from keepscore.engine.results import to_json

Row = TypeVar("Row")
Moment = Annotated[datetime, PlainSerializer(to_json, return_type=datetime, when_used="json")]
Exact = Annotated[str, Field(description="an exact fraction, numerator/denominator")]
Plain = dict[str, Any]


class Page(Schema, Generic[Row]):
    """Some rows, and the cursor of the next ones; null on the last page."""

    items: list[Row]
    next: str | None


class ClientOut(Schema):
    slug: str
    key: str
    name: str
    cadence: str
    lead: str | None
    created_at: Moment
    archived_at: Moment | None


class ContractOut(Schema):
    client: str
    key: str
    digest: str
    revision: int
    ends: date | None
    notice: date | None
    saved_at: Moment


class ContractFull(ContractOut):
    text: str
    terms: Plain = Field(description="the text as it is understood, every default written out")


class CheckedOut(Schema):
    """A text without faults that could be saved now."""

    key: str
    digest: str
    versions: list[date]


class SourceOut(Schema):
    name: str
    records: int
    complete_to: Moment | None
    has_columns: bool


class BatchOut(Schema):
    id: int
    state: str
    source: str | None
    file_name: str
    size: int
    sha256: str
    rows: int
    ready: int
    errors: int = Field(description="rows that need a decision")
    left_out: int
    inserted: int = Field(description="new records; before the import, those that would be")
    updated: int
    unchanged: int
    newest: Moment | None
    complete_to: Moment | None
    problem: str
    is_repeat: bool
    received_at: Moment
    imported_at: Moment | None
    undone_at: Moment | None


class BatchFull(BatchOut):
    groups: list[Plain] = Field(description="errors by what mends them")
    moves: list[Plain] = Field(description="scores that will move")


class RecordOut(Schema):
    source: str
    reference: str
    client: str


class FoundOut(RecordOut):
    opened_at: Moment


class RecordFull(RecordOut):
    columns: Plain
    pauses: list[Plain]
    states: list[Plain] = Field(description="how the record stood after each batch, oldest first")


class ScoreOut(Schema):
    client: str
    contract: str
    ref: str = Field(description="names the period in addresses")
    period: str
    label: str
    start: date
    end: date = Field(description="first day after it")
    as_of: Moment
    is_over: bool
    complete: bool
    grade: str | None
    tenths: int | None
    coverage: Exact
    met: int
    missed: int
    scored_at: Moment


class ScoreFull(ScoreOut):
    scorecard: Plain


class MeasureOut(Schema):
    key: str
    name: str
    sub_area: str
    kind: str
    unit: str | None
    records: int
    kept: int
    missed: int
    left_out: int
    value: Exact | None
    target_kind: str | None
    target: list[Exact]
    met: bool | None
    allowed: int | None = Field(description="allowed misses")
    tenths: int | None


class WarningOut(Schema):
    client: str
    contract: str
    period: str
    measure: str
    name: str
    urgency: str
    sentence: str
    runs_out: date | None
    as_of: Moment
    raised_at: Moment
    is_current: bool


class RunOut(Schema):
    id: int
    state: str
    total: int
    done: int
    started_at: Moment
    finished_at: Moment | None


class ScorecardOut(Schema):
    client: str
    contract: str
    ref: str
    period: str
    label: str
    start: date
    end: date
    number: int
    state: str
    grade: str | None
    tenths: int | None
    met: int
    missed: int
    digest: str = Field(description="SHA-256 of the manifest, which people compare")
    fingerprint: str = Field(description="of the key that signed it")
    bundle: str
    reason: str
    has_moved: bool = Field(description="today's numbers are no longer these")
    as_of: Moment
    published_at: Moment
    withdrawn_at: Moment | None
    withdrawn_because: str | None


class DraftOut(Schema):
    shown: str = Field(description="digest of all that would be frozen; hand it back to publish exactly this")
    number: int = Field(description="1, or the number of the correction")
    is_waiting: bool = Field(description="it is being published already")
    blocks: list[dict[str, str]] = Field(description="what stands in the way, and what to do")
    scorecard: Plain


class ActionOut(Schema):
    sub_area: str
    name: str
    text: str = Field(description="as it was written")
    shown: str = Field(description="with its present figures")


class PublishingOut(Schema):
    state: str
    problem: str
    number: int | None = Field(description="of the scorecard, once it is published")
    asked_at: Moment
    ended_at: Moment | None
