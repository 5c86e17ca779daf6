"""What changes a user: role, whether they may sign in, their name, and help for who is locked out."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.models import Recovery, User
from keepscore.users.refusals import LastAdministrator, LinkEnded, Refused, refusals_kept
from keepscore.users.roles import Role
from keepscore.users.tokens import hashed, new_token

RECOVERY_VALID = timedelta(hours=24)


@refusals_kept("user.role-changed", about="user")
def change_role(*, user: User, role: str, by: Actor, at: datetime) -> User:
    """Give a user another role. Raises LastAdministrator."""
    found = _held(user)
    if found.role == role:
        return found
    before = found.role
    _keep_one_administrator(found)
    found.role = Role(role).value
    found.save(update_fields=["role"])
    audit.record("user.role-changed", about=found, by=by, at=at, before=before, role=found.role)
    return found


@refusals_kept("user.deactivated", about="user")
def deactivate(*, user: User, by: Actor, at: datetime) -> User:
    """Keep a user out and end their sessions; all they did stays signed by them. Raises LastAdministrator."""
    found = _held(user)
    if not found.is_active:
        return found
    _keep_one_administrator(found)
    found.is_active = False
    found.save(update_fields=["is_active"])
    ended = end_sessions(found)
    Recovery.objects.filter(user=found, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at)
    audit.record("user.deactivated", about=found, by=by, at=at, sessions=ended)
    return found


@transaction.atomic
def reactivate(*, user: User, by: Actor, at: datetime) -> User:
    """Let a user in again, with the password they had."""
    found = _held(user)
    if not found.is_active:
        found.is_active = True
        found.save(update_fields=["is_active"])
        audit.record("user.reactivated", about=found, by=by, at=at)
    return found


@refusals_kept("user.recovery-issued", about="user")
def issue_recovery(*, user: User, removes_second_factor: bool, by: Actor, at: datetime) -> tuple[Recovery, str]:
    """A link with which a user sets a new password; the ones before end. Nothing else changes until it is used. Raises Refused."""
    found = _held(user)
    if not found.is_active:
        raise Refused(_("%(name)s is switched off. Let them in again first.") % {"name": found.name})
    Recovery.objects.filter(user=found, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at)
    token = new_token("recover")
    recovery = Recovery.objects.create(
        user=found, token_sha256=hashed(token), removes_second_factor=removes_second_factor, issued_by=by.user, issued_at=at,
        expires_at=at + RECOVERY_VALID,
    )  # fmt: skip
    audit.record("user.recovery-issued", about=found, by=by, at=at, removes_second_factor=removes_second_factor)
    return recovery, token


@transaction.atomic
def recover(*, token: str, password: str, at: datetime) -> User:
    """Use a recovery link: new password, sessions ended, second factor gone where the link says so. Raises LinkEnded, ValidationError."""
    recovery = usable_recoveries(at=at).select_for_update().filter(token_sha256=hashed(token)).first()
    if recovery is None:
        raise LinkEnded(_("This link has ended."))
    user = _held(recovery.user)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    removed = 0
    if recovery.removes_second_factor:
        removed = Authenticator.objects.filter(user=user).delete()[0]
    recovery.used_at = at
    recovery.save(update_fields=["used_at"])
    ended = end_sessions(user)
    audit.record("user.recovered", about=user, by=user, at=at, second_factors_removed=removed, sessions=ended)
    return user


@transaction.atomic
def change_profile(*, name: str, uses_shortcuts: bool, by: User, at: datetime) -> User:
    """A user's own name and whether keys do something."""
    found = _held(by)
    before = (found.name, found.uses_shortcuts)
    if before == (name, uses_shortcuts):
        return found
    found.name, found.uses_shortcuts = name, uses_shortcuts
    found.full_clean(exclude=["password"])
    found.save(update_fields=["name", "uses_shortcuts"])
    audit.record("user.profile-changed", about=found, by=found, at=at, before=before[0], name=name, shortcuts=uses_shortcuts)
    return found


def usable_recoveries(*, at: datetime) -> QuerySet[Recovery]:
    """Recovery links that can still be used."""
    found = Recovery.objects.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)
    return found.select_related("user")


def end_sessions(user: User) -> int:
    """Sign a user out everywhere; in how many browsers they were signed in."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def _held(user: User) -> User:
    """The user as they are now, held until the transaction ends."""
    found: User = User.objects.select_for_update().get(pk=user.pk)
    return found


def _keep_one_administrator(user: User) -> None:
    if user.role != Role.ADMINISTRATOR or not user.is_active:
        return
    held = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if [one.pk for one in held] == [user.pk]:
        raise LastAdministrator(_("%(name)s is the last administrator. Make somebody else an administrator first.") % {"name": user.name})
