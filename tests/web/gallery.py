"""One page with every part of the application in every state, rendered as the application renders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

from keepscore.documents import charts_misses as misses
from keepscore.documents.charts_weeks import OpenDay, Scatter, Week
from keepscore.documents.scorecard import page as scorecard
from keepscore.users.models import User
from tests.documents import factory

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Someone:
    """A client as the frame knows it."""

    name: str
    slug: str

    def get_absolute_url(self) -> str:
        return f"/clients/{self.slug}/"


MARLOWE, BEFORE, AFTER = Someone("Marlowe Foods", "marlowe-foods"), Someone("Larkfield", "larkfield"), Someone("Osprey Rail", "osprey-rail")


class Everything(forms.Form):
    name = forms.CharField(label="Name", error_messages={"required": "A name is needed"})
    start = forms.DateField(label="First day", help_text="As 2026-07-01.", error_messages={"invalid": "Enter a date such as 2026-07-01"})
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    cadence = forms.ChoiceField(label="Reviewed", choices=[("q", "every quarter"), ("y", "every year")])
    side = forms.ChoiceField(label="Decimal mark", widget=forms.RadioSelect, choices=[(".", "point"), (",", "comma")])
    sites = forms.MultipleChoiceField(label="Sites", widget=forms.CheckboxSelectMultiple, choices=[("l", "Leeds"), ("k", "Kettering")],
                                      help_text="Those that this contract covers.", required=False)
    sure = forms.BooleanField(label="Remember these answers for the next file", required=False)


def request(path: str = "/", user: User | None = None) -> HttpRequest:
    made = RequestFactory().get(path)
    made.user = user or User(id=7, name="Ruth Adeyemi", email="ruth@northgate.example", role="lead")
    return made


def gallery() -> str:
    filled = Everything({"name": "", "start": "31 June", "cadence": "q"})
    filled.is_valid()
    card = scorecard(factory.marlowe())
    return draw("gallery.html", {
        "client": MARLOWE, "form": filled, "blank": Everything(), "page": Paginator(range(1396), 10).get_page(2),
        "options": [("", "All", 14), ("warned", "Early warning", 4, "warning"), ("gap", "Gap of 1.0 or more", 0)],
        "facts": [("Records in", "9,207"), ("Left out, each with a reason", "84", "#left-out"), ("Counted", "9,123")],
        "total": ("7,727 divided by 9,123", "84.7%"), "step_names": ["Choose file", "Match columns", "Check rows", "Import"],
        "scores": (33, 34, None, 36, 36, 35, 37, 37), "values": (90.1, 91, 92.2, 92.8, 92.4, 93.1, 92.9, 84.7), "misses": two_quarters(),
        "weeks": Scatter(tuple(Week(500 + 30 * n % 330, 96 - (30 * n % 330) / 12 - n % 3, (30 * n % 330) > 70) for n in range(13)),
                         92.0, 560.0, "13 weeks: most of those with more work than planned missed the target", "%"),
        "week": [OpenDay(name, ((420, 1140),) if place < 5 else ((540, 780),) if place == 5 else ())
                 for place, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))],
        "waterfall": card.full.waterfall, "functions": card.full.functions, "today": date(2026, 10, 13), "due": date(2026, 10, 22),
        "seconds": 187800, "seen": datetime(2026, 10, 12, 22, 59, tzinfo=UTC), "steps_range": range(5),
    }, path="/clients/marlowe-foods/")  # fmt: skip


def draw(name: str, context: dict[str, object], *, path: str = "/") -> str:
    text: str = engines["django"].from_string((HERE / name).read_text("utf-8")).render(context, request(path))
    return text


def static(name: str) -> Path:
    return Path(finders.find(name))


def two_quarters() -> misses.AllowedMisses:
    """A quarter that ran out in August, and the next one on its way."""
    july, october, january = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
    shares = (1, .96, .92, .88, .82, .69, .49, .22, -.11, -.25, -.38, -.52, -.72, -.91)
    done = tuple(misses.Left(july + timedelta(days=7 * place), share) for place, share in enumerate(shares))
    now = date(2026, 10, 12)
    fan = ((misses.Left(now, .81), misses.Left(january, at)) for at in (-.52, -.92, -.1))
    forecast = misses.Forecast(*fan, date(2026, 11, 27), "about 27 Nov")
    return misses.AllowedMisses(
        (misses.Span("Q3, final", july, october, done, "1,396 missed of 729 allowed",
                     (misses.Warned(date(2026, 8, 10), .53, date(2026, 8, 27), "10 Aug: early warning, “used up about 27 Aug”"),),
                     date(2026, 8, 25), "25 Aug: used up"),
         misses.Span("Q4, so far and at this pace", october, january, (misses.Left(october, 1), misses.Left(now, .81)),
                     "12 Oct: 141 missed of 744", forecast=forecast)),
        tuple((date(2026, month, 1), name) for month, name in ((7, "Jul"), (8, "Aug"), (9, "Sep"), (10, "Oct"), (11, "Nov"), (12, "Dec"))),
        "Allowed misses left. Third quarter: used up on 25 August. Fourth quarter: forecast to run out about 27 November.")
