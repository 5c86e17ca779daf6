"""The records behind a number as a file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.http import content_disposition_header
from django.utils.text import slugify

from keepscore.clients.models import Client
from keepscore.evidence.sheets import to_csv
from keepscore.scores import judged, queries
from keepscore.scores.listing import Asked, filtered


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes

    @property
    def disposition(self) -> str:
        return content_disposition_header(True, self.name) or "attachment"


def records_csv(client: Client, key: str, *, period: str, contract: str, asked: Asked) -> File | None:
    """What the page lists, all its pages together: moments in UTC, lengths of time in seconds, no cell that a sheet would run.

    Without an outcome in `asked` every record that the measure looked at. None where the client never had the measure.
    """
    at = queries.find(client, key, period=period, contract=contract)
    if at is None:
        return None
    found, _choices = at
    rows = filtered(judged.measure_rows(found.score, key), asked)
    name = "-".join(filter(None, (client.slug, slugify(key)[:60], slugify(found.score.period), asked.show))) + ".csv"
    return File(name, to_csv(rows))
