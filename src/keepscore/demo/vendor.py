"""Harbourline's people, clients and scores in the web application's database, through the same operations as everybody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from keepscore.clients.models import Client
from keepscore.clients.operations import add_client
from keepscore.contracts.models import Contract
from keepscore.contracts.operations import save_contract
from keepscore.demo.cast import CAST, LEAD, Cast
from keepscore.demo.exports import Export
from keepscore.demo.make import Made
from keepscore.intake import files
from keepscore.intake import operations as intake
from keepscore.intake.models import Batch, State
from keepscore.scorecards import operations as scorecards
from keepscore.scorecards.models import Scorecard
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scorecards.publishing import publish_waiting
from keepscore.scores import operations as scores
from keepscore.scores.models import Score, Touched
from keepscore.users.models import User
from keepscore.users.roles import Role

TODAY = date(2026, 10, 13)
PERIOD, LATEST = "2026-Q3", "2026-07"                    # the last full quarter and the present one are scored at once
OPENED_AT = datetime(2026, 10, 12, 23, 10, tzinfo=UTC)
LOADED_AT = datetime(2026, 10, 12, 23, 30, tzinfo=UTC)      # early on the 13th in London, so that no time of day lies before it
FROZEN_AT = datetime(2026, 10, 12, 23, 50, tzinfo=UTC)
COMPLETE_TO = datetime(2026, 10, 12, 22, 59, 59, tzinfo=UTC)
LEADER = "mara@harbourline.example"
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


Step = Callable[[str], None]


def furnish(made: Made, *, casts: Sequence[Cast] = CAST, step: Step = lambda text: None) -> list[SignIn]:
    """People, clients, contracts, records, scores and published scorecards; what is there already stays as it is."""
    users = {email: _user(email, name, str(role)) for email, (name, role) in PEOPLE.items()}
    for cast in casts:
        client = _client(cast, users, at=OPENED_AT)
        if not Contract.objects.filter(client=client).exists():
            text = (made.contracts / f"{cast.key}.yaml").read_text(encoding="utf-8")
            save_contract(client=client, text=text, by=users[LEADER], at=OPENED_AT, today=TODAY, note="As signed")
    for export in made.exports:
        step(f"Importing {export.file.name}, {export.rows:,} rows")
        _import(export, by=users["jon@harbourline.example"])
    ours = Client.objects.filter(key__in=[cast.key for cast in casts])
    if not Score.objects.filter(client__in=ours).exists():
        step("Scoring two quarters; the worker scores the others")
        Touched.objects.filter(client__in=ours).delete()
        scores.touch(months=[(cast.key, LATEST) for cast in casts], at=LOADED_AT)
        scores.score_touched(now=LOADED_AT)
    if not Scorecard.objects.filter(client__in=ours).exists():
        step("Publishing scorecards")
        Touched.objects.filter(client__in=ours).delete()
        _publish(casts)
        scores.touch_all(clients=ours, at=LOADED_AT)
    return [SignIn(user.name, user.get_role_display(), email, _codes(user)) for email, user in users.items()]


def _import(export: Export, *, by: User) -> None:
    """As a person does it: hand in, declare the columns, have it checked, import. The same file is not handed in twice."""
    with export.file.open("rb") as file:
        kept = files.keep(iter(lambda: file.read(1 << 20), b""), name=export.file.name)
    if Batch.objects.filter(sha256=kept.sha256, state=State.IMPORTED).exists():
        return
    batch = intake.receive(kept=kept, by=by, at=LOADED_AT, queued=False)
    batch = intake.check(pk=batch.pk, now=LOADED_AT)
    batch = intake.declare(batch=batch, text=export.mapping.read_text(encoding="utf-8"), by=by, at=LOADED_AT, queued=False)
    batch = intake.check(pk=batch.pk, now=LOADED_AT)
    batch = intake.ask_import(batch=batch, by=by, at=LOADED_AT, complete_to=COMPLETE_TO, queued=False)
    batch = intake.load(pk=batch.pk, now=LOADED_AT)
    if batch.state != State.IMPORTED:
        raise RuntimeError(f"{export.file.name}: {batch.problem or batch.get_state_display()}")


def _publish(casts: Sequence[Cast]) -> None:
    """The last quarter of the clients whose lead has published already; the others are drafts, ready to be."""
    ruths = [cast.key for cast in casts if cast.key not in OWENS]
    wanted = Score.objects.filter(period=PERIOD, client__key__in=ruths, contract__scorecards=None)
    for score in wanted.select_related("client__lead", "contract__client"):
        lead = score.client.lead
        if lead is not None:
            scorecards.ask_to_publish(score=score, shown=shown_of(score, templates_of(score)), reason="", by=lead, at=FROZEN_AT)
    publish_waiting(at=FROZEN_AT)


def _user(email: str, name: str, role: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email=email, name=name, role=role, password=PASSWORD)


def _client(cast: Cast, users: dict[str, User], *, at: datetime) -> Client:
    lead = users["owen@harbourline.example" if cast.key in OWENS else "ruth@harbourline.example"]
    found = Client.objects.filter(key=cast.key).first()
    return found or add_client(key=cast.key, name=cast.name, lead=lead, by=users[LEADER], at=at)


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
