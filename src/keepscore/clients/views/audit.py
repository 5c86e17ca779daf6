"""The audit log, for who may read it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from keepscore.clients import audit_log
from keepscore.clients.audit_log import Asked
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web.widgets import LongSelect


class AskForm(forms.Form):
    """Filters from the address. What is not in a list is refused aloud, not ignored."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who"), required=False, coerce=int, empty_value=None, widget=LongSelect)
    client = forms.ChoiceField(label=gettext_lazy("Client"), required=False, widget=LongSelect)
    action = forms.ChoiceField(label=gettext_lazy("What"), required=False, widget=LongSelect)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    refused = forms.BooleanField(label=gettext_lazy("Refused only"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options: dict[str, list[tuple[Any, str]]] = {
            "person": audit_log.people(), "client": audit_log.choices(actor), "action": audit_log.actions(actor),
        }
        for name, found in options.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *found]

    def asked(self) -> Asked | None:
        return Asked(**self.cleaned_data) if self.is_valid() else None


@require_GET
@requires(May.AUDIT)
def index(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.user, request.GET)
    asked = form.asked()
    page = audit_log.page(request.user, asked) if asked else None
    return render(request, "clients/audit.html", {"form": form, "page": page, "asked": asked}, status=200 if asked else 422)


@require_GET
@requires(May.AUDIT)
def file(request: HttpRequest) -> HttpResponse:
    asked = AskForm(request.user, request.GET).asked()
    if asked is None:
        return index(request)
    head = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(audit_log.lines(request.user, asked), content_type="text/csv; charset=utf-8", headers=head)
