"""Invitations over a real mail server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from keepscore.users import invitations, mail
from keepscore.users.models import Invitation
from tests.world import NOW, World


class Box:
    """Keeps what is delivered; refuses addresses at nowhere.test."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.endswith("@nowhere.test"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.kept.append(message_from_bytes(envelope.content, policy=policy.default))      # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Box()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield found
    server.stop()


def test_an_invitation_arrives_whole_and_names_stay_out_of_its_headers(world: World, box: Box) -> None:
    invitation, token = invitations.invite(email="zoe@northgate.test", name="Zoë <b>&{{ x }}", role="data", by=world.ada, at=NOW)
    assert mail.send_invitation(invitation, token) is True
    (message,) = box.kept
    assert (message["to"], message["from"], message["subject"]) == (
        "zoe@northgate.test", "keepscore@localhost", "Your invitation to Keepscore")  # fmt: skip
    text = message.get_content()
    assert "Hello Zoë <b>&{{ x }}," in text
    assert f"http://testserver/join/{token}/" in text
    assert "20 Oct 2026" in text
    assert "Zo" not in str(message.items())


def test_a_mail_that_nobody_takes_leaves_the_invitation_and_the_page_says_so(world: World, box: Box, as_user: Any, settings: Any) -> None:
    ada = as_user(world.ada)
    refused = ada.post("/people/invite/", {"name": "A", "email": "a@nowhere.test", "role": "lead"}).content.decode()
    settings.EMAIL_PORT = 1      # nobody listens there
    down = ada.post("/people/invite/", {"name": "B", "email": "b@northgate.test", "role": "lead"}).content.decode()
    for page in (refused, down):
        assert "The mail server did not take the mail." in page
        assert "http://testserver/join/join-" in page
    assert (Invitation.objects.count(), box.kept) == (2, [])


def test_a_server_without_mail_says_so_and_prints_no_link(world: World, as_user: Any, settings: Any, capfd: Any) -> None:
    settings.PRODUCTION, settings.KEEPSCORE_MAILS = True, False
    page = as_user(world.ada).post("/people/invite/", {"name": "C", "email": "c@northgate.test", "role": "lead"}).content.decode()
    assert "The mail server did not take the mail." in page
    assert "/join/join-" in page
    assert "join-" not in "".join(capfd.readouterr())
