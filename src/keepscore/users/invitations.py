"""Inviting a person: a link that is shown once, mailed, and makes one user."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.models import Invitation, User
from keepscore.users.refusals import LinkEnded, Refused
from keepscore.users.tokens import hashed, new_token

VALID = timedelta(days=7)
PURPOSE = "join"


@transaction.atomic
def invite(*, email: str, name: str, role: str, by: Actor, at: datetime) -> tuple[Invitation, str]:
    """An invitation and the token of its link, which nobody can read again. Raises Refused."""
    email = User.objects.normalize_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("Somebody signs in with this address already."))
    if waiting(at=at).select_for_update().filter(email__iexact=email).exists():
        raise Refused(_("This address is invited already. Send its invitation again, or revoke it."))
    token = new_token(PURPOSE)
    invitation = Invitation(
        email=email, name=name, role=role, token_sha256=hashed(token), invited_by=by.user, invited_at=at, expires_at=at + VALID
    )
    invitation.full_clean()
    invitation.save()
    audit.record("invitation.made", about=invitation, by=by, at=at, email=email, role=role)
    return invitation, token


@transaction.atomic
def resend(*, invitation: Invitation, by: Actor, at: datetime) -> tuple[Invitation, str]:
    """A new link for an invitation; the one before ends. Raises LinkEnded when it was accepted or revoked."""
    invitation = _open(invitation)
    token = new_token(PURPOSE)
    invitation.token_sha256, invitation.expires_at = hashed(token), at + VALID
    invitation.save(update_fields=["token_sha256", "expires_at"])
    audit.record("invitation.sent-again", about=invitation, by=by, at=at, email=invitation.email)
    return invitation, token


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """End an invitation that nobody has accepted. Raises LinkEnded."""
    invitation = _open(invitation)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    audit.record("invitation.revoked", about=invitation, by=by, at=at, email=invitation.email)


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Make the user of an invitation. Raises LinkEnded, and django ValidationError for a weak password."""
    invitation = waiting(at=at).select_for_update().filter(token_sha256=hashed(token)).first()
    if invitation is None or User.objects.filter(email__iexact=invitation.email).exists():
        raise LinkEnded(_("This link has ended."))
    validate_password(password, User(email=invitation.email, name=name))
    user = User.objects.create_user(email=invitation.email, name=name, role=invitation.role, password=password)
    invitation.accepted_by, invitation.accepted_at = user, at
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    audit.record("invitation.accepted", about=invitation, by=user, at=at, email=user.email, role=user.role)
    return user


def waiting(*, at: datetime) -> QuerySet[Invitation]:
    """Invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)


def find(token: str, *, at: datetime) -> Invitation | None:
    """The invitation that a link opens now."""
    return waiting(at=at).filter(token_sha256=hashed(token)).first()


def _open(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True).first()
    if found is None:
        raise LinkEnded(_("This invitation was accepted or revoked meanwhile."))
    return found
