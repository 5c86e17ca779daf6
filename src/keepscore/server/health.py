"""`/healthz` for a proxy or a supervisor: can this process read its database?"""

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse
from django.urls import path

from keepscore.server.metrics import metrics


def healthz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


urlpatterns = [path("healthz", healthz, name="healthz"), path("metrics", metrics, name="metrics")]
