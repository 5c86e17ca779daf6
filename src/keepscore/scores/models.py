"""Results of the engine by client and period, their measures in rows for lists, warnings as they were said, and runs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.engine.results import Scorecard
from keepscore.evidence.decode import decode


class Run(models.Model):
    """One scoring run: what it was asked for, how far it is, how it ended."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)        # client-periods to score
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()                      # real time of the last sign of life
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)                # a line for each client that could not be scored, or what ended the run

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["state"], condition=models.Q(state="running"), name="one_run_at_a_time"),)


class Touched(models.Model):
    """A client whose numbers may have moved: a month with changed records, or all of them ("") after a changed contract."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="touched")
    month = models.CharField(max_length=7, blank=True)
    since = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)           # the client could not be scored then

    class Meta:
        ordering = ("id",)


class Score(models.Model):
    """The latest result for a contract and period. `result` is scorecard.json; the other fields repeat it for lists."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="scores")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="scores")
    period = models.CharField(max_length=30)             # 2026-Q3
    label = models.CharField(max_length=60)              # Q3 2026
    start = models.DateField()
    end = models.DateField()                             # first day after it
    as_of = models.DateTimeField()
    is_over = models.BooleanField()                      # as_of has reached the end of the period
    complete = models.BooleanField()
    tenths = models.PositiveSmallIntegerField(null=True)
    grade = models.CharField(max_length=1, blank=True)
    coverage = models.CharField(max_length=40)           # exact, "n/d"
    met = models.PositiveSmallIntegerField()
    missed = models.PositiveSmallIntegerField()
    summary: Any = models.JSONField(default=dict)        # small things for rows: see scores.summary
    result: Any = models.JSONField()
    store_version: Any = models.JSONField(default=dict)
    scored_at = models.DateTimeField()

    class Meta:
        ordering = ("client__name", "-start")
        constraints = (models.UniqueConstraint(fields=["contract", "period"], name="one_score_per_contract_and_period"),)
        indexes = (
            models.Index(fields=["client", "-start"]), models.Index(fields=["-start"]),
            models.Index(fields=["contract", "is_over", "-start"]),      # the latest of each contract, without reading the others
        )  # fmt: skip

    @property
    def card(self) -> Scorecard:
        return decode(Scorecard, self.result)

    @property
    def covered(self) -> Fraction:
        return Fraction(self.coverage)


class MeasureScore(models.Model):
    """One measure of a score, for lists across clients."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="measures")
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    sub_area = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=20, blank=True)
    records = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()
    value = models.CharField(max_length=80, blank=True)         # exact, "n/d"; empty: nothing to measure
    target_kind = models.CharField(max_length=10, blank=True)
    target: Any = models.JSONField(default=list)                # exact bounds, "n/d"
    met = models.BooleanField(null=True)
    allowed = models.IntegerField(null=True)                    # allowed misses
    tenths = models.PositiveSmallIntegerField(null=True)
    off = models.FloatField(null=True)                          # how far from the target, worse below zero; for sorting alone

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["score", "key"], name="one_row_per_score_and_measure"),)
        indexes = (models.Index(fields=["key"]),)


class Warning(models.Model):
    """An early warning as it was said, kept for good, so that everybody sees later whether it was right."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="warnings")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="warnings")
    period = models.CharField(max_length=30)
    measure = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    urgency = models.CharField(max_length=20)
    sentence = models.TextField()
    runs_out = models.DateField(null=True)
    said: Any = models.JSONField()                       # the engine's whole EarlyWarning
    as_of = models.DateTimeField()                       # what was known then
    raised_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)       # the latest scoring still says so

    class Meta:
        ordering = ("-as_of", "-id")
        constraints = (models.UniqueConstraint(fields=["contract", "period", "measure", "urgency"], name="one_warning_per_step"),)
