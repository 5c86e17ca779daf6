"""What a reader should know before the numbers of a client: they wait to be scored, could not be scored, or lack a source's records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.clients.models import Client
from keepscore.engine.measuring import LAST_SECOND
from keepscore.evidence.decode import decode
from keepscore.intake.models import Source
from keepscore.records.freshness import LAGS, lagging
from keepscore.scores.models import Run, Score, Touched
from keepscore.users.audit import Actor
from keepscore.users.roles import May
from keepscore.web.words import moment


@dataclass(frozen=True, slots=True)
class Notice:
    """A note above the numbers, in finished words."""

    strong: str
    rest: str
    url: str = ""
    link: str = ""


def notices(actor: Actor, client: Client, *, period: str, says_waiting: bool = True) -> tuple[Notice, ...]:
    """Those of a client, and of one of its periods where that was scored; `says_waiting` is for pages that do not say so themselves."""
    marks = list(Touched.objects.filter(client=client).values_list("failed_at", flat=True))
    failed = [at for at in marks if at is not None]
    found = []
    if None not in marks and failed:
        found = [_failed(actor, client, max(failed))]
    elif marks and says_waiting:
        found = [_waiting(actor)]
    return (*found, *late(actor, client, period=period))


def late(actor: Actor, client: Client, *, period: str) -> tuple[Notice, ...]:
    """The sources of the client for which the numbers of a period did not wait."""
    scores = Score.objects.filter(client=client, period=period)
    names = {name for sources in scores.values_list("summary__sources", flat=True) for name in sources or ()} if period else set()
    if not names:
        return ()
    complete = {name: at for name, at in Source.objects.filter(name__in=names).values_list("name", "complete_to") if at is not None}
    far = lagging(complete)
    ends = [decode(datetime, end) for end in scores.values_list("result__period__end_at", flat=True)] if far else []
    behind = [name for name in far if complete[name] + LAST_SECOND < min(ends)]
    return (_late(actor, [(name, complete[name]) for name in behind]),) if behind else ()


def _late(actor: Actor, behind: Iterable[tuple[str, datetime]]) -> Notice:
    told = [_("%(source)s (complete to %(moment)s)") % {"source": name, "moment": moment(at)} for name, at in behind]
    strong = ngettext("Records of a source are missing: %(sources)s.", "Records of %(n)s sources are missing: %(sources)s.", len(told))
    rest = _("Numbers wait %(days)s days for a source that is behind the others, then go on without it.") % {"days": LAGS.days}
    url, link = (reverse("import"), _("Import records")) if actor.may(str(May.IMPORT)) else ("", "")
    return Notice(strong % {"n": len(told), "sources": ", ".join(told)}, rest, url, link)


def _waiting(actor: Actor) -> Notice:
    rest = _("Records or the contract have changed; this client is waiting to be scored.")
    return Notice(_("Numbers may move."), rest, *_runs(actor))


def _failed(actor: Actor, client: Client, at: datetime) -> Notice:
    """What stopped this client is for its team; what stopped a whole run may name others, and is on the page of runs."""
    run = Run.objects.filter(finished_at=at).exclude(problem="").first()
    begins = f"{client.name}: "
    own = next((line.removeprefix(begins) for line in run.problem.splitlines() if line.startswith(begins)), "") if run else ""
    why = own or _("The scoring run ended before its end.")
    rest = _("%(why)s The numbers are those from before. It is tried again every 10 minutes by itself.")
    return Notice(_("Could not be scored on %(moment)s.") % {"moment": moment(at)}, rest % {"why": _sentence(why)}, *_runs(actor))


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def _runs(actor: Actor) -> tuple[str, str]:
    return (reverse("scoring"), _("Scoring runs")) if actor.may(str(May.SCORE)) else ("", "")
