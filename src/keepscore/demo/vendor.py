"""Harbourline's people, clients and scores in the web application's database, through the same operations as everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from keepscore.clients.models import Client
from keepscore.clients.operations import add_client
from keepscore.contracts.models import Contract
from keepscore.contracts.operations import save_contract
from keepscore.demo.cast import CAST, LEAD, Cast
from keepscore.scores import operations as scores
from keepscore.scores.models import Score, Touched
from keepscore.users.models import User
from keepscore.users.roles import Role

TODAY = date(2026, 10, 13)
LATEST = "2026-07"                    # the last full quarter and the present one are scored at once
PASSWORD = "harbourline-sample"        # of a fictional vendor that listens on this machine alone
PEOPLE = {
    "ruth@harbourline.example": (LEAD, Role.LEAD),
    "owen@harbourline.example": ("Owen Pryce", Role.LEAD),
    "daniel@harbourline.example": ("Daniel Okafor", Role.EXECUTIVE),
    "mara@harbourline.example": ("Mara Lindqvist", Role.LEADER),
    "jon@harbourline.example": ("Jon Pask", Role.DATA),
    "ingrid@harbourline.example": ("Ingrid Solberg", Role.ADMINISTRATOR),
}
OWENS = {"tessel", "alder-finch", "hexley", "vantry", "dunmore", "osprey", "larkfield"}


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody of the demo signs in; an administrator also has codes that work once each."""

    name: str
    role: str
    email: str
    codes: tuple[str, ...] = ()


def furnish(out: Path, *, now: datetime) -> list[SignIn]:
    """People, clients, contracts and scores of the folder `out`; what is there already stays as it is."""
    users = {email: _user(email, name, role) for email, (name, role) in PEOPLE.items()}
    by = users["mara@harbourline.example"]
    for cast in CAST:
        client = _client(cast, users, at=now)
        if not Contract.objects.filter(client=client).exists():
            text = (out / "contracts" / f"{cast.key}.yaml").read_text(encoding="utf-8")
            save_contract(client=client, text=text, by=by, at=now, today=TODAY, note="As signed")
    if not Score.objects.exists():
        Touched.objects.all().delete()
        scores.touch(months=[(cast.key, LATEST) for cast in CAST], at=now)
        scores.score_touched(now=now)
        scores.touch_all(clients=Client.objects.filter(key__in=[cast.key for cast in CAST]), at=now)      # older ones: the worker's
    return [SignIn(user.name, user.get_role_display(), email, _codes(user)) for email, user in users.items()]


def _user(email: str, name: str, role: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email=email, name=name, role=role, password=PASSWORD)


def _client(cast: Cast, users: dict[str, User], *, at: datetime) -> Client:
    lead = users["owen@harbourline.example" if cast.key in OWENS else "ruth@harbourline.example"]
    found = Client.objects.filter(key=cast.key).first()
    return found or add_client(key=cast.key, name=cast.name, lead=lead, by=users["mara@harbourline.example"], at=at)


def _codes(user: User) -> tuple[str, ...]:
    """Recovery codes of an administrator, whose role demands a second factor."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    if user.role != Role.ADMINISTRATOR:
        return ()
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return tuple(kept.wrap().get_unused_codes()[:6])
