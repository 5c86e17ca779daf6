"""`/metrics` for a monitor that has the token: jobs that wait, the last scoring run, how fresh each source is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from keepscore.clients.models import Client
from keepscore.intake.store import the_store
from keepscore.records.store_errors import StoreError
from keepscore.scores.models import Run, Touched


def metrics(request: HttpRequest) -> HttpResponse:
    token = settings.KEEPSCORE_METRICS_TOKEN
    if not token or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Now(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _Now:
    """The gauges of this moment, read when they are asked for."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        waiting = DBTaskResult.objects.ready()
        oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
        yield GaugeMetricFamily("keepscore_clients", "Clients that are not archived", Client.objects.filter(archived_at=None).count())
        yield GaugeMetricFamily("keepscore_jobs_waiting", "Jobs that no worker has taken", waiting.count())
        waits = (self.now - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("keepscore_job_oldest_seconds", "How long the oldest of them waits", waits)
        yield GaugeMetricFamily("keepscore_marks", "Client-months that have to be scored", Touched.objects.count())
        failed = Run.objects.order_by("-id").values_list("state", flat=True).first() == Run.State.FAILED
        yield GaugeMetricFamily("keepscore_last_run_failed", "1 when the last scoring run failed", float(failed))
        yield self._sources()

    def _sources(self) -> GaugeMetricFamily:
        said = "Up to when a source is complete, in Unix seconds"
        fresh = GaugeMetricFamily("keepscore_source_complete_to_seconds", said, labels=["source"])
        try:
            complete = the_store().tables().complete_to
        except StoreError:
            return fresh
        for source, at in sorted(complete.items()):
            fresh.add_metric([source], at.timestamp())
        return fresh
