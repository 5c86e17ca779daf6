"""From something that happened to a signed message that arrives once it can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from keepscore.api import tasks, webhooks
from keepscore.api.deliveries import WAITS, deliver_waiting
from keepscore.api.models import Delivery, Event, Webhook
from keepscore.api.outgoing import NotSent, post
from keepscore.scorecards import operations as scorecards
from keepscore.scorecards import publishing
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.scores import operations as scores
from keepscore.scores.models import Score, Warning
from keepscore.scores.signals import warned
from keepscore.users.models import AuditEntry
from tests.api.receiving import Received, answering, receiving
from tests.world import NOW, World


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Received]:
    with receiving(tmp_path, answering(204)) as found:
        yield found


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.KEEPSCORE_WEBHOOKS = True


def hook(by: Any, url: str, *events: str) -> tuple[Webhook, str]:
    return webhooks.make_webhook(url=url, events=events or Event.values, by=by, at=NOW)


def deliver(server: Received, at: datetime | None = None) -> tuple[int, datetime | None]:
    """As the worker does, except that this machine may be reached."""
    send = partial(post, allowed=lambda _one: True, context=server.context)
    return deliver_waiting(now=lambda: at or timezone.now(), send=send)


def score_acme(world: World) -> None:
    scores.touch_all(clients=[world.acme], at=NOW)
    scores.score_touched(now=NOW)


def test_scoring_sends_a_signed_message_for_each_period(world: World, server: Received) -> None:
    _webhook, secret = hook(world.dan, server.url, "score.scored")
    score_acme(world)
    count = Score.objects.filter(client=world.acme).count()
    assert deliver(server) == (count, None)
    told = {}
    for headers, body in server.messages:
        message = Verifier(secret).verify(body, headers)
        told[message["data"]["period"]] = message
    score = Score.objects.get(client=world.acme, period="2026-Q3")
    assert (len(told), told["2026-Q3"]) == (count, {
        "type": "score.scored", "timestamp": "2026-10-13T08:30:00Z",
        "data": {
            "client": "acme", "contract": "main", "ref": "2026-Q3", "period": "2026-Q3", "label": "Q3 2026",
            "as_of": score.result["as_of"], "is_over": True, "complete": True, "grade": score.grade or None, "tenths": score.tenths,
            "met": score.met, "missed": score.missed,
        },
    })  # fmt: skip
    headers, body = server.messages[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"acme", b"none"), headers)


def test_warnings_and_publications_are_told_too(world: World, shelf: Path, server: Received) -> None:
    hook(world.lee, server.url, "warning.raised", "scorecard.published")
    contract = world.acme.contracts.get()
    warning = Warning.objects.create(
        client=world.acme, contract=contract, period="2026-Q4", measure="on-time", name="On time", urgency="soon", sentence="It runs out.",
        said={}, as_of=NOW, raised_at=NOW,
    )  # fmt: skip
    warned.send(Warning, warning=warning, at=NOW)
    score = Score.objects.select_related("contract__client", "client").get(client=world.acme, period="2026-Q3")
    scorecards.ask_to_publish(score=score, shown=shown_of(score, templates_of(score)), reason="", by=world.lee, at=NOW)
    publishing.publish_waiting(at=NOW)
    deliver(server)
    told = {message["type"]: message["data"] for _, body in server.messages if (message := json.loads(body))}
    assert set(told) == {"warning.raised", "scorecard.published"}
    assert (told["warning.raised"]["sentence"], told["scorecard.published"]["number"]) == ("It runs out.", 1)


def test_a_webhook_is_told_of_the_clients_its_owner_sees_and_of_no_other(world: World, server: Received) -> None:
    webhook, _secret = hook(world.dan, server.url)
    world.dan.role = "lead"      # of no client, and without the right to webhooks
    world.dan.save()
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    assert Delivery.objects.count() == 0
    world.dan.role = "data"
    world.dan.save()
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    world.dan.is_active = False
    world.dan.save()
    assert deliver(server)[0] == 0
    assert server.messages == []
    assert set(webhook.deliveries.values_list("state", flat=True)) == {"failed"}


def test_nothing_is_written_when_what_happened_is_rolled_back(world: World, server: Received) -> None:
    hook(world.dan, server.url)
    with transaction.atomic():
        score_acme(world)
        assert Delivery.objects.exists()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def one(world: World, server: Received) -> Delivery:
    webhook, _secret = hook(world.dan, server.url)
    webhooks.tell(Event.SCORED, world.acme, at=NOW, period="2026-Q3")
    return webhook.deliveries.get()


def test_it_is_tried_again_for_a_day_under_the_same_number_and_then_given_up(world: World, server: Received) -> None:
    delivery = one(world, server)
    server.answer = answering(500)
    at = began = delivery.next_at
    for wait in WAITS:
        assert deliver(server, at) == (0, at + wait)
        assert deliver(server, at + wait - timedelta(seconds=1))[0] == 0
        at += wait
    assert deliver(server, at) == (0, None)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.code, delivery.tries) == ("failed", 500, len(WAITS) + 1)
    assert at - began > timedelta(hours=23)
    assert {headers["webhook-id"] for headers, _ in server.messages} == {delivery.message}
    assert len(server.messages) == len(WAITS) + 1


def test_a_message_that_failed_arrives_when_it_is_asked_for_again(world: World, server: Received) -> None:
    delivery = one(world, server)
    server.answer = answering(410)
    deliver(server)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.code) == ("failed", 410)
    webhooks.send_again(delivery=delivery, by=world.dan, at=NOW)
    server.answer = answering(200)
    assert deliver(server) == (1, None)
    assert [headers["webhook-id"] for headers, _ in server.messages] == [delivery.message] * 2


def test_who_does_not_answer_holds_up_nobody_else(world: World, server: Received) -> None:
    hook(world.dan, "https://nowhere.invalid/")
    hook(world.dan, server.url)
    for _turn in range(3):
        webhooks.tell(Event.SCORED, world.acme, at=NOW)
    tried = []

    def send(url: str, *about: Any) -> int:
        tried.append(url)
        if "invalid" in url:
            raise NotSent("No answer within 5 seconds.")
        return 200

    delivered, _next = deliver_waiting(now=timezone.now, send=send)
    assert (delivered, tried.count("https://nowhere.invalid/")) == (3, 1)


def test_what_a_killed_worker_had_claimed_is_sent_when_its_lease_is_over(world: World, server: Received) -> None:
    delivery = one(world, server)

    def killed(*_about: Any) -> int:
        raise SystemExit

    with pytest.raises(SystemExit):
        deliver_waiting(now=timezone.now, send=killed)
    assert deliver(server)[0] == 0
    assert deliver(server, timezone.now() + timedelta(seconds=61))[0] == 1
    assert [headers["webhook-id"] for headers, _ in server.messages] == [delivery.message]


def test_one_claim_of_two_workers_wins(world: World, server: Received) -> None:
    one(world, server)
    inner: list[tuple[int, datetime | None]] = []

    def slow(*_about: Any) -> int:
        inner.append(deliver(server))
        return 200

    assert deliver_waiting(now=timezone.now, send=slow)[0] == 1
    assert (inner[0][0], server.messages) == (0, [])


def test_the_worker_is_asked_once_and_comes_back_when_the_next_is_due(world: World, django_capture_on_commit_callbacks: Any) -> None:
    hook(world.dan, "https://nowhere.invalid/")
    jobs = DBTaskResult.objects.filter(task_path=tasks.deliver_messages.module_path)
    with django_capture_on_commit_callbacks(execute=True):
        for _turn in range(3):
            webhooks.tell(Event.SCORED, world.acme, at=NOW)
    assert jobs.count() == 1
    jobs.update(status="SUCCESSFUL")
    tasks.deliver_messages.func()
    assert jobs.filter(status="READY", run_after__gt=timezone.now()).count() == 1


def test_messages_of_a_worker_that_was_killed_are_taken_up_again(world: World, django_capture_on_commit_callbacks: Any) -> None:
    hook(world.dan, "https://nowhere.invalid/")
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    jobs = DBTaskResult.objects.filter(task_path=tasks.deliver_messages.module_path)
    assert not jobs.exists()      # the process ended between the transaction and the queue
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            webhooks.take_up(now=timezone.now())
    assert jobs.count() == 1


def test_the_secret_stands_in_no_table_and_every_webhook_has_its_own(world: World) -> None:
    first, second = hook(world.dan, "https://one.example/")[1], hook(world.dan, "https://two.example/")[1]
    assert first != second
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(cursor.fetchall())
            assert first not in rows
            assert first.removeprefix("whsec_") not in rows


def test_webhooks_are_added_listed_and_removed_on_their_page(world: World, as_user: Any) -> None:
    browser = as_user(world.dan)
    for wrong in ({"url": "http://example.com/"}, {"url": ""}, {"events": []}, {"events": ["other"]}):
        assert browser.post("/webhooks/new/", {"url": "https://example.com/in", "events": ["score.scored"], **wrong}).status_code == 422
    made = browser.post("/webhooks/new/", {"url": "https://example.com/in", "events": ["score.scored"]}).content.decode()
    webhook = Webhook.objects.get()
    assert webhooks.secret_of(webhook) in made
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    webhook.deliveries.update(state="failed", code=503)
    page = browser.get("/webhooks/").content.decode()
    assert "https://example.com/in" in page
    assert "503" in page
    assert webhooks.secret_of(webhook) not in page
    assert browser.post(f"/webhooks/messages/{webhook.deliveries.get().pk}/again/").status_code == 302
    assert browser.post(f"/webhooks/{webhook.pk}/remove/").status_code == 302
    assert "No address is told" in browser.get("/webhooks/").content.decode()
    assert set(AuditEntry.objects.filter(action__startswith="webhook.").values_list("action", flat=True)) == {
        "webhook.made", "webhook.asked-again", "webhook.removed",
    }  # fmt: skip


def test_webhooks_of_others_and_of_a_server_without_them_are_not_there(world: World, as_user: Any, settings: Any) -> None:
    webhook, _secret = hook(world.dan, "https://example.com/")
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    other = as_user(world.lee)
    assert "example.com" not in other.get("/webhooks/").content.decode()
    for path in (f"/webhooks/{webhook.pk}/remove/", f"/webhooks/messages/{webhook.deliveries.get().pk}/again/"):
        assert other.post(path).status_code == 404
    assert as_user(world.dana).get("/webhooks/").status_code == 404
    assert "/webhooks/" in as_user(world.dan).get("/tokens/").content.decode()
    settings.KEEPSCORE_WEBHOOKS = False
    assert as_user(world.dan).get("/webhooks/").status_code == 404
    assert "/webhooks/" not in as_user(world.dan).get("/tokens/").content.decode()
    webhooks.tell(Event.SCORED, world.acme, at=NOW)
    assert Delivery.objects.count() == 1
