"""The mails of this room: plain text from templates; what people typed stands in the body alone, never in a header."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.users.models import Invitation, Recovery

WAIT_SECONDS = 10      # a mail server that does not answer must not hold a page
log = logging.getLogger(__name__)


def join_url(token: str) -> str:
    return str(settings.ADDRESS + reverse("join", args=[token]))


def recover_url(token: str) -> str:
    return str(settings.ADDRESS + reverse("recover", args=[token]))


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Mail the link to the person it is for; False where there is no mail server, or it does not take it."""
    about = {"invitation": invitation, "url": join_url(token), "by": invitation.invited_by}
    return _send(invitation.email, _("Your invitation to Keepscore"), "invitation", about)


def tell_of_recovery(recovery: Recovery) -> bool:
    """Tell a user that an administrator made a link for them; the link itself does not travel by mail."""
    return _send(recovery.user.email, _("A link to set a new password was made for you"), "recovery", {"recovery": recovery})


def _send(to: str, subject: str, template: str, about: dict[str, object]) -> bool:
    if not settings.KEEPSCORE_MAILS and settings.PRODUCTION:
        return False
    body = render_to_string(f"users/mail/{template}.txt", {**about, "address": settings.ADDRESS})
    message = EmailMessage(subject, body, to=[to], connection=get_connection(timeout=WAIT_SECONDS))
    try:
        return bool(message.send())
    except (OSError, SMTPException) as problem:      # SMTP down, or the address refused: the page says so
        log.warning("A mail was not taken: %s", type(problem).__name__)
        return False
