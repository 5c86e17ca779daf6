"""Rows whose every cell is blank, as spreadsheets append them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.records.readers.raw import Limits, Raw, check_count


def without_blank(raw: Raw, limits: Limits) -> Raw:
    """Leaves blank rows out; they keep their place in the numbering. Refuses a file without rows, or with too many."""
    size = raw.table.num_rows
    if size:
        filled = np.zeros(size, np.bool_)
        for column in raw.table.columns:
            if filled.all():
                break
            filled |= pc.not_equal(pc.utf8_trim_whitespace(column), "").fill_null(False).to_numpy()
        if not filled.all():
            raw = replace(raw, table=raw.table.filter(pa.array(filled)), rows=raw.rows[filled])
    check_count(raw.table.num_rows + len(raw.early.rows), limits)
    return raw
