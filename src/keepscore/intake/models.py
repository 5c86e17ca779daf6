"""Sources with their declared columns, and batches: every file that was handed in, and what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def both_or_neither(*names: str) -> Q:
    """For a constraint: these fields are all filled or all empty."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(**{f"{name}__isnull": False for name in names})


class Source(models.Model):
    """Where records come from. `mapping` is the text of its mapping file, empty until somebody has declared the columns.

    A source may send files of several tables, such as records and their pauses: `others` are the mappings of further tables, by table.
    """

    name = models.CharField(_("source"), max_length=200, unique=True)      # as in the record store
    mapping = models.TextField(blank=True)
    others: Any = models.JSONField(default=dict)
    repairs: Any = models.JSONField(default=dict)          # answers that hold for every later file
    watched = models.BooleanField(default=False)           # a folder is watched for it
    complete_to = models.DateTimeField(null=True)          # as the record store says, for lists
    records = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import-source", args=[self.pk])

    @property
    def mappings(self) -> tuple[str, ...]:
        """Every declared mapping, that of the first table first."""
        return tuple(text for text in (self.mapping, *self.others.values()) if text)


class State(models.TextChoices):
    RECEIVED = "received", _("waits for its columns")
    CHECKING = "checking", _("is being checked")
    NEEDS_DECISION = "needs-decision", _("needs a decision")
    READY = "ready", _("is ready")
    IMPORTING = "importing", _("is being imported")
    IMPORTED = "imported", _("imported")
    REFUSED = "refused", _("cannot be imported")
    CANCELLED = "cancelled", _("cancelled")
    UNDOING = "undoing", _("is being undone")
    UNDONE = "undone", _("undone")


AT_WORK = (State.CHECKING, State.IMPORTING, State.UNDOING)                   # the worker has it
IN_HAND = (State.RECEIVED, State.NEEDS_DECISION, State.READY, State.REFUSED)  # a person has it
LOADED = (State.IMPORTED, State.UNDOING, State.UNDONE)


class Batch(models.Model):
    """One file on its way in, and after. The file lies at `path` below the folder of uploads, under its hash and its own name."""

    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="batches")
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=400)
    mapping = models.TextField(blank=True)                 # the text that judges it
    repairs: Any = models.JSONField(default=dict)
    remember = models.BooleanField(default=True)           # its answers for values hold for the source from the import on
    allow_older = models.BooleanField(default=False)
    client_limit: Any = models.JSONField(null=True)        # ids of the only clients its actor may touch; null where there is no limit

    step = models.PositiveSmallIntegerField(default=0)     # of the work in hand
    total = models.PositiveIntegerField(default=0)         # rows of the file
    ready = models.PositiveIntegerField(default=0)         # rows that can be loaded
    left_out = models.PositiveIntegerField(default=0)      # rows that cannot, or shall not
    errors = models.PositiveIntegerField(default=0)        # rows that need a decision
    inserted = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    newest = models.DateTimeField(null=True)               # latest moment in the file
    complete_to = models.DateTimeField(null=True)          # as a person said, or the newest
    look: Any = models.JSONField(default=dict)             # the columns with samples, and a first mapping from a guess
    beside: Any = models.JSONField(default=dict)           # look-up files handed in with it, by name: intake.joins.looked_at
    groups: Any = models.JSONField(default=list)           # errors by what mends them: intake.checking.Group
    preview: Any = models.JSONField(default=dict)          # some rows of each kind
    moves: Any = models.JSONField(default=list)            # what will move: intake.moves.Moves
    is_moving = models.BooleanField(default=False)         # that is still being found
    rejected = models.CharField(max_length=400, blank=True)   # path of the file with the rows that are left out
    problem = models.TextField(blank=True)
    older = models.BooleanField(default=False)             # the problem is that a newer export was loaded before
    content_digest = models.CharField(max_length=64, blank=True)
    store_batch = models.CharField(max_length=40, blank=True)
    is_repeat = models.BooleanField(default=False)         # the store had the same content already

    received_at = models.DateTimeField()
    received_by = models.ForeignKey(      # null: a watched folder
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    turn = models.PositiveIntegerField(default=0)          # counts what was asked of the worker, so that a late answer is known as late
    asked_at = models.DateTimeField(null=True)             # when that was; an import's moment in the store
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    beat_at = models.DateTimeField(null=True)              # real time of the worker's last sign of life
    imported_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-received_at", "-id")
        indexes = (models.Index(fields=["state"]), models.Index(fields=["-received_at", "-id"]), models.Index(fields=["store_batch"]))
        constraints = (
            models.CheckConstraint(condition=Q(imported_at__isnull=False) | ~Q(state__in=LOADED), name="imported_batch_says_when"),
            models.CheckConstraint(condition=Q(imported_at__isnull=False) | Q(imported_by__isnull=True), name="import_signed_when_done"),
            models.CheckConstraint(condition=Q(undone_at__isnull=False) | ~Q(state=State.UNDONE), name="undone_batch_says_when"),
            models.CheckConstraint(condition=both_or_neither("undone_at", "undone_by"), name="undo_is_signed"),
            models.CheckConstraint(condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("imported_at")), name="undone_after_import"),
            models.CheckConstraint(condition=~Q(store_batch="") | ~Q(state__in=LOADED), name="imported_batch_is_in_the_store"),
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import-batch", args=[self.pk])

    @property
    def beside_paths(self) -> tuple[str, ...]:
        """Of its look-up files, which lie in the folder of the file."""
        return tuple(f"{self.path.rsplit('/', 1)[0]}/{name}" for name in self.beside)

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_in_hand(self) -> bool:
        return self.state in IN_HAND
