"""Builds a home with the cast of the web tests, for a real server: `python -m tests.browser.home`, home and day from the environment.

Acme is as the cast has it, for the journeys; Birch has everything that there is a page of, for those that are only looked at.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"      # of Amy's authenticator app
SENT = datetime(2026, 10, 13, 9, tzinfo=UTC)
WAITING = """\
number,client,function,priority,site,opened,closed,minutes
W-1,birch,desk,P1,Leeds,2026-09-21T09:00:00Z,2026-09-21T10:00:00Z,20
W-2,birch,desk,Urgent,Leeds,2026-09-22T09:00:00Z,2026-09-22T10:00:00Z,20
W-3,birch,desk,P2,York,2026-09-23T09:00:00Z,2026-09-03T10:00:00Z,20
W-4,Birsch,desk,P2,York,2026-09-24T09:00:00Z,2026-09-24T10:00:00Z,20
"""


def main() -> None:
    from keepscore.server import start

    home = Path(os.environ["KEEPSCORE_HOME"])
    start.configure(home)
    start.prepare(collect=False)
    from keepscore.intake.store import the_store
    from tests.world import build

    cast = build(the_store(), home)
    print(json.dumps(_furnish(cast)))      # keys of what is looked at


def _furnish(cast: object) -> dict[str, int]:
    from keepscore.intake import operations as intake
    from keepscore.intake.models import Source
    from keepscore.scorecards import operations as scorecards
    from keepscore.scorecards import publishing
    from keepscore.scorecards.access import subject_for
    from keepscore.scorecards.numbers import shown_of, templates_of
    from tests.world import MAPPING, NOW

    Source.objects.update_or_create(name="desk", defaults={"mapping": MAPPING})
    waiting = _sent(WAITING, "desk-september.csv", by=cast.dan)      # type: ignore[attr-defined]
    strange = _sent("Ticket,Who\nT-1,birch\n", "unknown.csv", by=cast.dan)      # type: ignore[attr-defined]
    intake.check(pk=waiting.pk, now=SENT)
    subject = subject_for(cast.lee, "birch", "2026-Q3")      # type: ignore[attr-defined]
    shown = shown_of(subject.score, templates_of(subject.score))
    wish = scorecards.ask_to_publish(score=subject.score, shown=shown, reason="", by=cast.lee, at=NOW)      # type: ignore[attr-defined]
    publishing.publish(wish, at=NOW)
    return {"waiting": waiting.pk, "strange": strange.pk, "eve": cast.eve.pk, "amy": _amy().pk}      # type: ignore[attr-defined]


def _amy() -> object:
    """An administrator whose second factor is known here."""
    from allauth.mfa.totp.internal.auth import TOTP

    from keepscore.users.models import User
    from keepscore.users.roles import Role
    from tests.world import PASSWORD

    amy = User.objects.create_user(email="amy@northgate.test", name="Amy Northgate", role=Role.ADMINISTRATOR, password=PASSWORD)
    TOTP.activate(amy, SECRET)
    return amy


def _sent(text: str, name: str, *, by: object) -> object:
    from keepscore.intake import files, operations

    return operations.receive(kept=files.keep([text.encode()], name=name), by=by, at=SENT, source=None)


if __name__ == "__main__":
    main()
