"""The doors to tokens and webhooks: one's own, for an administrator everybody's; and from a secret to whoever holds it."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Q, QuerySet

from keepscore.api.actors import TokenActor, actor_of
from keepscore.api.models import ApiToken, Delivery, Webhook
from keepscore.users.access import demand, withheld
from keepscore.users.audit import Actor
from keepscore.users.models import User
from keepscore.users.roles import May, Role
from keepscore.users.tokens import hashed

TOUCH = timedelta(minutes=1)      # how exact `last_used_at` is
LONGEST = 100                     # letters of a secret that are looked at


def tokens_for(actor: Actor) -> QuerySet[ApiToken]:
    """Raises Http404 for who may have no tokens."""
    demand(actor, May.TOKENS)
    found = ApiToken.objects.select_related("user").prefetch_related("clients")
    return found if actor.may(str(May.USERS)) else found.filter(user=actor.user)


def token_for(actor: Actor, pk: int) -> ApiToken:
    found = tokens_for(actor).filter(pk=pk).first()
    if found is None:
        raise withheld(ApiToken, pk)
    return found


def webhooks_for(actor: Actor) -> QuerySet[Webhook]:
    """Those that were not removed. Raises Http404 for who may have none."""
    demand(actor, May.TOKENS)
    found = Webhook.objects.filter(removed_at=None).select_related("user")
    return found if actor.may(str(May.USERS)) else found.filter(user=actor.user)


def webhook_for(actor: Actor, pk: int) -> Webhook:
    found = webhooks_for(actor).filter(pk=pk).first()
    if found is None:
        raise withheld(Webhook, pk)
    return found


def delivery_for(actor: Actor, pk: int) -> Delivery:
    found = Delivery.objects.select_related("webhook").filter(pk=pk, webhook__in=webhooks_for(actor)).first()
    if found is None:
        raise withheld(Delivery, pk)
    return found


def actor_for(secret: str, *, at: datetime) -> TokenActor | None:
    """Who holds this secret; None where it opens nothing (any more). Its last use is noted to the minute."""
    if len(secret) > LONGEST:
        return None
    token = ApiToken.objects.select_related("user").filter(sha256=hashed(secret)).first()
    if token is None or not token.is_live(at) or not _may_act(token.user):
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=at - TOUCH) | Q(last_used_at__gt=at)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)
    return actor_of(token)


def ended_for(secret: str) -> TokenActor | None:
    """Whose secret this was, where it opens nothing any more."""
    token = ApiToken.objects.select_related("user").filter(sha256=hashed(secret)).first() if len(secret) <= LONGEST else None
    return actor_of(token) if token is not None else None


def _may_act(user: User) -> bool:
    """Tokens of who was disabled or lost the right stop at once; an administrator's need the second factor as their owner does."""
    return user.may(str(May.TOKENS)) and (user.role != Role.ADMINISTRATOR or is_mfa_enabled(user))
