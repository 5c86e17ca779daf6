"""What the pages about people show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.users.models import Invitation, User
from keepscore.users.roles import RIGHTS, SEES_EVERY_CLIENT, May, Role
from keepscore.web import nav, words

Place = tuple[str, str]                                                  # a client's name and address
FindPlaces = Callable[[Iterable[int]], Mapping[int, tuple[Place, ...]]]
_places: list[FindPlaces] = []
ROOM = 4                                                                 # clients that a line of the list names
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def register_places(find: FindPlaces) -> None:
    """`find(ids of users)` gives the clients whose team each is on; registered by the room that knows clients."""
    _places[:] = [find]


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    name: str
    email: str
    role: str
    is_active: bool
    has_second_factor: bool
    needs_second_factor: bool
    last_sign_in: datetime | None
    sees_every_client: bool
    clients: tuple[Place, ...]

    @property
    def url(self) -> str:
        return nav.address("person", self.pk)

    @property
    def first_clients(self) -> SafeString:
        """Links to as many clients as a line has room for, and how many more there are."""
        links = format_html_join(", ", '<a href="{1}">{0}</a>', self.clients[:ROOM])
        more = len(self.clients) - ROOM
        return format_html("{}, {}", links, _("and %(n)s more") % {"n": more}) if more > 0 else links


@dataclass(frozen=True, slots=True)
class Waiting:
    pk: int
    name: str
    email: str
    role: str
    by: str
    expires_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Counts:
    active: int
    off: int
    bare: int       # administrators who must set up a second factor


def counts() -> Counts:
    found = User.objects.annotate(factor=_factor()).aggregate(
        active=Count("pk", filter=Q(is_active=True)), off=Count("pk", filter=Q(is_active=False)),
        bare=Count("pk", filter=Q(is_active=True, role=Role.ADMINISTRATOR, factor=False)),
    )  # fmt: skip
    return Counts(**found)


def message(found: Counts) -> str:
    said = ngettext("%(n)s person can sign in", "%(n)s people can sign in", found.active) % {"n": words.number(found.active)}
    if not found.bare:
        return said
    bare = ngettext(
        "%(n)s administrator still has no second factor", "%(n)s administrators still have no second factor", found.bare
    ) % {"n": words.number(found.bare)}  # fmt: skip
    return f"{said}, {bare}"


def users(*, show: str = "", text: str = "") -> Any:
    """Users for a list: those who can sign in, or with show="off" those who cannot."""
    found = User.objects.filter(is_active=show != "off").annotate(factor=_factor())
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found


def rows(found: Iterable[User]) -> tuple[Row, ...]:
    """Rows of users that `users` gave, with their clients."""
    people = list(found)
    places = _places[0]([user.pk for user in people]) if _places else {}
    roles = {value: str(label) for value, label in Role.choices}
    return tuple(_row(user, roles[user.role], places.get(user.pk, ())) for user in people)


def row(user: User) -> Row:
    return rows(users(show="" if user.is_active else "off").filter(pk=user.pk))[0]


def _row(user: Any, role: str, clients: tuple[Place, ...]) -> Row:
    return Row(
        pk=user.pk, name=user.name, email=user.email, role=role, is_active=user.is_active, has_second_factor=user.factor,
        needs_second_factor=user.role == Role.ADMINISTRATOR, last_sign_in=user.last_login,
        sees_every_client=user.role in SEES_EVERY_CLIENT, clients=clients,
    )  # fmt: skip


def waiting(*, at: datetime) -> tuple[Waiting, ...]:
    """Invitations that were neither accepted nor revoked, the latest first; those that ended can be sent again."""
    found = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True).select_related("invited_by")
    return tuple(
        Waiting(one.pk, one.name, one.email, one.get_role_display(), one.invited_by.name, one.expires_at, one.expires_at <= at)
        for one in found
    )


def roles() -> tuple[tuple[str, str, str], ...]:
    """Each role with what it sees and may do, for who has to choose one."""
    return tuple((value, str(label), _what(value)) for value, label in Role.choices)


def _what(role: Any) -> str:
    said = [_("sees every client") if role in SEES_EVERY_CLIENT else _("sees the clients of their teams")]
    if role == Role.ADMINISTRATOR:
        return "; ".join([*said, _("may do everything, with a second factor")])
    rights = [str(label) for value, label in May.choices if value in RIGHTS[role]]
    return "; ".join([*said, *(right[:1].lower() + right[1:] for right in rights)])


def _factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))
