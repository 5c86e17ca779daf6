"""Judged records of scores that are gone, and of archived clients, do not lie about for good."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from keepscore.scores.judged import place
from keepscore.scores.models import Score

IDLE = timedelta(hours=1)       # whoever is writing or has just read such a file is left alone


def sweep(*, now: datetime) -> int:
    """Remove files that belong to no score of a client at work, and what a killed writer left; how many. `now` is the machine's time.

    The files are listed before the scores are: a score is there before its file, so that no live file is ever taken for an orphan.
    """
    since = (now - IDLE).timestamp()
    found = {path for path in Path(settings.FOLDERS.judged).glob("*/*") if _is_idle(path, since)}
    if not found:
        return 0
    scores = Score.objects.filter(client__archived_at=None)
    gone = found - {place(*named) for named in scores.order_by().values_list("client__slug", "contract__key", "period")}
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in gone}:
        with suppress(OSError):      # it still holds others
            folder.rmdir()
    return len(gone)


def _is_idle(path: Path, since: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < since
    except OSError:      # gone meanwhile
        return False
