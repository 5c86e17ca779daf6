"""Event logs: many rows for one record. The last event in a total order is the record; states between events are pauses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.clock.zones import zone
from keepscore.engine.saying import say
from keepscore.engine.tables import PAUSES
from keepscore.records.checks.errors import Errors, Indexes
from keepscore.records.checks.fields import column_text, field_text
from keepscore.records.checks.moments import parse_moments
from keepscore.records.checks.values import forms_of, moments_array, tell_moments
from keepscore.records.mapping_model import ImportMapping, PauseRule
from keepscore.records.readers.raw import Raw

_MOMENT = say("each event needs a moment or a number here")
_NUMBER = r"^-?\d{1,15}(\.\d{1,3})?$"


@dataclass(frozen=True, slots=True)
class Events:
    last: Indexes               # the row of each record's last event, in the order of the file
    pauses: pa.Table | None     # derived from states, where the mapping says so


def last_events(raw: Raw, mapping: ImportMapping, errors: Errors) -> Events:
    """The last event of each reference by `latest_by`, then by row. Events without reference or order are errors."""
    apart = Errors(raw.rows)    # the texts of rows that are not kept are not judged
    reference = field_text(raw.table, mapping.fields["reference"], mapping, name="reference", errors=apart)
    blank = pc.is_null(reference).to_numpy(zero_copy_only=False)
    origins = mapping.fields["reference"].origins
    errors.add(blank, origins[0] if origins else "reference", "required", None, say("an event names its record"))
    keys = [_order(raw, name, mapping, errors) for name in mapping.latest_by]
    codes = reference.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    position = np.arange(len(codes))
    order = np.lexsort((position, *reversed(keys), codes))
    order = order[~errors.bad[order]]
    ends = np.append(codes[order][1:] != codes[order][:-1], True) if len(order) else np.zeros(0, np.bool_)
    pauses = None if mapping.pauses is None else _pauses(raw, mapping, mapping.pauses, reference, order, ends, errors)
    return Events(np.sort(order[ends]), pauses)


def _order(raw: Raw, name: str, mapping: ImportMapping, errors: Errors) -> Indexes:
    """One column of the total order: numbers where every value is one, else moments."""
    text = column_text(raw.table, name, blanks=mapping.blanks, errors=Errors(raw.rows))
    errors.add(pc.is_null(text).to_numpy(zero_copy_only=False), name, "required", None, _MOMENT)
    if pc.all(pc.match_substring_regex(text, _NUMBER).fill_null(True)).as_py() is not False:
        thousandths = pc.multiply(text.cast(pa.decimal128(18, 3)), pa.scalar(1000, pa.decimal128(6, 0))) if len(text) else text
        found: Indexes = thousandths.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        return found
    rule = next((rule for rule in mapping.fields.values() if rule.column == name and rule.format), None)
    forms = forms_of((rule.format if rule else ()) or mapping.dates, typed=raw.typed)
    area = (rule.timezone if rule else None) or mapping.timezone
    moments = parse_moments(text, forms=forms, zone=zone(area) if area else None, day="start")
    tell_moments(moments, text, label=name, forms=forms, area=area, errors=errors)
    return moments.seconds


def _pauses(
    raw: Raw, mapping: ImportMapping, rule: PauseRule, reference: pa.Array, order: Indexes, ends: np.ndarray, errors: Errors
) -> pa.Table:
    """Paused from an event in one of the states until the record's next event; open where there is none.

    Events in a row that stay in one state are one pause.
    """
    state = column_text(raw.table, rule.state, blanks=mapping.blanks, errors=errors)
    text = column_text(raw.table, rule.at, blanks=mapping.blanks, errors=Errors(raw.rows))
    forms = forms_of(rule.format or mapping.dates, typed=raw.typed)
    area = rule.timezone or mapping.timezone
    moments = parse_moments(text, forms=forms, zone=zone(area) if area else None, day="start")
    place = pc.index_in(state, pa.array(list(rule.states), pa.string())).fill_null(-1).to_numpy(zero_copy_only=False)[order]
    at = moments.seconds[order]
    asked = place >= 0
    wrong = np.zeros(len(raw.rows), np.bool_)
    wrong[order[~moments.known[order]]] = True
    if rule.at not in mapping.latest_by:
        errors.add(wrong, rule.at, "date_format", text, say("a pause begins with a moment"))
    ended = np.append(at[1:], 0) if len(at) else at
    joins = np.zeros(len(order), np.bool_)     # the next event is of the same record, in the same state
    if len(order) > 1:
        joins[:-1] = ~ends[:-1] & (place[1:] == place[:-1]) & asked[:-1]
    begins = asked.copy()
    begins[1:] &= ~joins[:-1]
    stops = asked & ~joins
    begin, stop = np.flatnonzero(begins), np.flatnonzero(stops)
    open_ = ends[stop]
    real = open_ | (ended[stop] > at[begin])
    begin, stop, open_ = begin[real], stop[real], open_[real]
    kept = place[begin]
    columns = {
        "source": pa.array([mapping.source] * len(begin), pa.string()),
        "reference": reference.take(pa.array(order[begin])),
        "started_at": moments_array(at[begin], np.ones(len(begin), np.bool_)),
        "ended_at": moments_array(ended[stop], ~open_),
        "reason": state.take(pa.array(order[begin])),
        "side": pa.array(list(rule.states.values()), pa.string()).take(pa.array(kept, pa.int64())),
    }
    return pa.table(columns, schema=PAUSES)
