"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from keepscore.intake import views

urlpatterns = [
    path("import/", views.start, name="import"),
    path("import/upload/", views.upload, name="import-upload"),
    path("import/batches/", views.batches, name="import-batches"),
    path("import/batches/<int:pk>/", views.batch, name="import-batch"),
    path("import/batches/<int:pk>/progress/", views.progress, name="import-progress"),
    path("import/batches/<int:pk>/moves/", views.moves, name="import-moves"),
    path("import/batches/<int:pk>/columns/", views.columns, name="import-columns"),
    path("import/batches/<int:pk>/answers/", views.answers, name="import-answers"),
    path("import/batches/<int:pk>/take-back/", views.take_back, name="import-take-back"),
    path("import/batches/<int:pk>/look-again/", views.look_again, name="import-look-again"),
    path("import/batches/<int:pk>/import/", views.import_now, name="import-now"),
    path("import/batches/<int:pk>/cancel/", views.cancel, name="import-cancel"),
    path("import/batches/<int:pk>/rejected/", views.rejected, name="import-rejected"),
    path("import/batches/<int:pk>/original/", views.original, name="import-original"),
    path("import/batches/<int:pk>/undo/", views.undo, name="import-undo"),
    path("import/sources/<int:pk>/", views.source, name="import-source"),
    path("import/sources/<int:pk>/forget/", views.forget, name="import-forget"),
]
