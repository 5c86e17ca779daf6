"""Lines of the log without what opens something: one-time links, bearer tokens, secrets of webhooks."""

from __future__ import annotations

import logging
import re

MASK = "***"
_SECRETS = (
    re.compile(r"(?<=/join/)[^/\s\"'<>?&]+"),
    re.compile(r"(?<=/recover/)[^/\s\"'<>?&]+"),
    re.compile(r"(?<=/password/reset/key/)[^/\s\"'<>?&]+"),
    re.compile(r"(?<=bearer )[^\s\"',]+", re.IGNORECASE),
    re.compile(r"\b(?:join-|recover-|ks_|whsec_)[A-Za-z0-9_\-+/=]{20,}"),
)


def masked(text: str) -> str:
    for secret in _SECRETS:
        text = secret.sub(MASK, text)
    return text


class Masked(logging.Formatter):
    """Masks the finished line with its traceback, whoever logged it: Django writes the path of a form without its CSRF token."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
