"""Users, invitations, and the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from keepscore.users.roles import RIGHTS, SEES_EVERY_CLIENT, Role


class UserManager(BaseUserManager):
    def create_user(self, *, email: str, name: str, role: str, password: str | None = None) -> User:
        user: User = self.model(email=self.normalize_email(email), name=name, role=role)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person at the vendor who signs in. `role` says what they may do, client teams say where."""

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_active = models.BooleanField(_("may sign in"), default=True)
    uses_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(Lower("email"), name="one_user_per_email"),)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    # --- an actor: what operations and access doors ask of whoever acts ---
    @property
    def user(self) -> User:
        return self

    @property
    def client_limit(self) -> frozenset[int] | None:
        """Ids of the only clients this actor may touch; None where teams alone decide (an API token may have a limit)."""
        return None

    @property
    def sees_every_client(self) -> bool:
        return self.role in SEES_EVERY_CLIENT

    def may(self, what: str) -> bool:
        return self.is_active and what in RIGHTS.get(self.role, frozenset())

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


class Invitation(models.Model):
    """An address that may become a user until a moment; only the hash of its link is kept."""

    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-invited_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_at_and_by_together",
            ),
        )


class Recovery(models.Model):
    """A link with which a user who cannot sign in sets a new password, once, until a moment; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recoveries")
    token_sha256 = models.CharField(max_length=64, unique=True)
    removes_second_factor = models.BooleanField(default=False)      # when the link is used, not before
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-issued_at", "-id")


class AuditEntry(models.Model):
    """Who did what to which thing, and what was refused. Only ever added to: the database refuses changes and deletes."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)          # room.verb, e.g. contract.saved
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=160)             # the actor's name as it was
    about = models.CharField(max_length=200)          # e.g. contracts.Contract:12
    client = models.CharField(max_length=200, blank=True)   # key of the client it is about, for filters
    refused = models.BooleanField(default=False)
    detail: Any = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["client", "-id"]), models.Index(fields=["action", "-id"]))


class Attempt(models.Model):
    """A counter of a rate limit: how often `key` was tried in the window that began at `since`."""

    key = models.CharField(max_length=200, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)


class Counted(models.Model):
    """What sign-in counts by itself, such as requests to confirm a password: Django's cache, in this table for all processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
