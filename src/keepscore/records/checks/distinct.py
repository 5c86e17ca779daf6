"""Judging each distinct value once: most columns of an export hold few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from keepscore.records.checks.errors import Indexes, Mask


@dataclass(frozen=True, slots=True)
class Distinct:
    """The values to judge, and how they spread over the rows. `index` is None where the rows themselves are judged."""

    values: pa.Array
    index: Indexes | None = None        # len(values) stands for a blank row

    def mask(self, found: Mask) -> Mask:
        """Rows of the values found."""
        return found if self.index is None else np.append(found, False)[self.index]

    def rows(self, values: pa.Array) -> pa.Array:
        """A result for each value, as a result for each row."""
        if self.index is None:
            return values
        return values.take(pa.array(self.index, mask=self.index == len(self.values)))


def distinct(column: pa.Array) -> Distinct:
    """Distinct values where they are much fewer than rows."""
    sample = column.slice(0, 20_000)
    if len(sample.unique()) * 3 > len(sample):
        return Distinct(column)
    encoded = column.dictionary_encode()
    values = encoded.dictionary
    return Distinct(values, encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64))
