"""The walk's own world: client Birch with something of every kind, in one transaction that is rolled back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from keepscore.api import operations as api
from keepscore.api.models import Webhook
from keepscore.clients.models import Client
from keepscore.clients.operations import add_client, archive
from keepscore.contracts.operations import keep_draft
from keepscore.intake import files
from keepscore.intake import operations as intake
from keepscore.intake.models import Batch
from keepscore.scorecards import operations as scorecards
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scorecards.publishing import publish_waiting
from keepscore.scores.models import Score
from keepscore.server import export_jobs
from keepscore.users import invitations
from keepscore.users.models import User
from keepscore.users.roles import Role
from tests.access.walking import Line, Walk
from tests.world import CANARY, HEADER, MAPPING, NOW, PASSWORD, World

OWNER = {
    "users": "ada", "audit": "ada", "settings": "ada", "export": "ada", "clients": "lee", "import": "dan", "score": "lee", "tokens": "dan",
    "contracts": "nora", "publish": "nora",
}  # fmt: skip
LACKS = {
    "users": "lee", "audit": "lee", "settings": "lee", "export": "lee", "clients": "dan", "import": "dana", "score": "eve",
    "tokens": "dana",
}  # fmt: skip


@pytest.fixture
def walk(world: World, as_user: Any, own_store: Path, settings: Any, tmp_path: Path) -> Walk:
    settings.KEEPSCORE_WEBHOOKS = True
    known = _made(world, tmp_path)
    signed_in = {name: as_user(getattr(world, name)) for name in ("ada", "lee", "dana", "eli", "nora", "eve", "dan")}
    strangers = {"nobody": Browser(), "administrator without second factor": _bare_administrator(), "switched off": _switched_off()}

    def right(line: Line) -> Browser:
        if line.who == "anyone":
            return Browser()
        if line.who == "team" and line.needs in ("", "contracts", "publish", "score"):
            return signed_in["nora"]
        return signed_in[OWNER.get(line.needs or line.who, "nora")]

    def wrong(line: Line) -> dict[str, Browser]:
        if line.who == "anyone":
            return {}
        if line.who == "self":
            return {"nobody": strangers["nobody"], "switched off": strangers["switched off"]}
        if line.who == "list":
            return {**strangers, "Dana": signed_in["dana"], "Eli": signed_in["eli"]}
        if line.who == "team":
            reader = {"Eve, who only reads": signed_in["eve"]} if line.needs else {}
            return {**strangers, "Dana": signed_in["dana"], "Eli": signed_in["eli"], **reader}
        return {**strangers, "Eve, who only reads": signed_in["eve"], LACKS[line.who]: signed_in[LACKS[line.who]]}

    return Walk(right, wrong, known)


def _made(world: World, folder: Path) -> dict[str, Any]:
    score = Score.objects.select_related("contract__client", "client").get(client=world.birch, period="2026-Q3")
    scorecards.ask_to_publish(score=score, shown=shown_of(score, templates_of(score)), reason="", by=world.nora, at=NOW)
    publish_waiting(at=NOW)
    _drafts(world, score)
    add_client(key="fir", name=f"{CANARY} of old", lead=world.nora, by=world.lee, at=NOW)
    archive(client=Client.objects.get(key="fir"), by=world.lee, at=NOW)
    batch, loaded = _batch(world, "walk"), _loaded(_batch(world, "done"), world)
    token, _secret = api.make_token(
        name=f"{CANARY} loader", scopes=["read"], clients=[], expires_at=NOW + timedelta(days=90), by=world.dan, at=NOW
    )
    invitation, _link = invitations.invite(email="new@northgate.test", name="New Person", role=Role.LEAD, by=world.ada, at=NOW)
    webhook = Webhook.objects.create(url="https://example.org/hook", events=["score.scored"], user=world.dan, nonce="walk", made_at=NOW)
    delivery = webhook.deliveries.create(message="msg_walk", event="score.scored", body="{}", made_at=NOW, next_at=NOW)
    return {
        "ref": "2026-Q3", "batch": batch.pk, "loaded": loaded.pk, "source": batch.source_id, "person": world.eli.pk,
        "invitation": invitation.pk, "token": token.pk, "export": export_jobs.ask(by=world.ada, at=NOW).pk, "webhook": webhook.pk,
        "delivery": delivery.pk,
    }  # fmt: skip


def _drafts(world: World, score: Score) -> None:
    contract = score.contract
    texts = {"delivery-against-targets": scorecards.Written(f"{CANARY} was glad", 0)}
    scorecards.write_actions(contract=contract, period="2026-Q2", texts=texts, by=world.nora, at=NOW)
    text = contract.text + f"# {CANARY} asked for more\n"
    keep_draft(client=world.birch, key="main", text=text, revision=contract.revisions.count(), by=world.nora, at=NOW)


def _batch(world: World, name: str) -> Batch:
    """A file of Birch with a good row and one that needs a decision."""
    rows = [f"{CANARY}-{name}-{n},birch,desk,{p},Leeds,2026-10-09T09:15:00Z,2026-10-09T10:15:00Z,12" for n, p in ((1, "P1"), (2, "P9"))]
    text = "\n".join([HEADER, *rows, ""])
    batch = intake.receive(kept=files.keep(iter([text.encode()]), name=f"{name}.csv"), by=world.dan, at=NOW, queued=False)
    batch = intake.check(pk=batch.pk, now=NOW)
    if batch.is_in_hand and not batch.mapping:
        batch = intake.declare(batch=batch, text=MAPPING.replace("desk", name, 1), by=world.dan, at=NOW, queued=False)
        batch = intake.check(pk=batch.pk, now=NOW)
    return batch


def _loaded(batch: Batch, world: World) -> Batch:
    intake.ask_import(batch=batch, by=world.dan, at=NOW, queued=False)
    return intake.load(pk=batch.pk, now=NOW)


def _bare_administrator() -> Browser:
    user = User.objects.create_user(email="bare@northgate.test", name="Bare Administrator", role=Role.ADMINISTRATOR, password=PASSWORD)
    browser = Browser()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _switched_off() -> Browser:
    """Somebody who saw every client, signed in, and was switched off behind the session's back."""
    user = User.objects.create_user(email="gone@northgate.test", name="Gone Leader", role=Role.LEADER, password=PASSWORD)
    browser = Browser()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    User.objects.filter(pk=user.pk).update(is_active=False)
    return browser
