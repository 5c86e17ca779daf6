"""Users and invitations, for who may invite people and change roles."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keepscore.users import invitations, mail, operations, people
from keepscore.users.access import requires
from keepscore.users.forms import HelpForm, InviteForm, RoleForm
from keepscore.users.models import Invitation, User
from keepscore.users.refusals import Refused
from keepscore.users.roles import May
from keepscore.web import clock

PAGE = 50


@require_GET
@requires(May.USERS)
def index(request: HttpRequest) -> HttpResponse:
    show, text = request.GET.get("show", ""), request.GET.get("text", "")[:100]
    found = people.counts()
    page = Paginator(people.users(show=show, text=text), PAGE).get_page(request.GET.get("page"))
    context = {
        "message": people.message(found), "page": page, "rows": people.rows(page.object_list), "waiting": people.waiting(at=clock.now()),
        "show": show, "text": text, "states": (("", _("can sign in"), found.active), ("off", _("switched off"), found.off)),
    }  # fmt: skip
    return render(request, "users/people.html", context)


@require_http_methods(["GET", "POST"])
@requires(May.USERS)
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invitation, token = invitations.invite(**form.cleaned_data, by=request.user, at=clock.now())
        except (Refused, ValidationError) as refused:
            form.add_error("email", str(refused) if isinstance(refused, Refused) else refused.messages)
        else:
            return _show_link(request, invitation, token)
    return render(request, "users/invite.html", {"form": form, "roles": people.roles()}, status=422 if form.errors else 200)


@require_POST
@requires(May.USERS)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitation, token = invitations.resend(invitation=invitation, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("people")
    return _show_link(request, invitation, token)


@require_POST
@requires(May.USERS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.revoke(invitation=invitation, by=request.user, at=clock.now())
        messages.success(request, _("The invitation of %(name)s is revoked; its link opens nothing.") % {"name": invitation.name})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people")


def _show_link(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The one page that ever shows the link, so it is the answer to the POST itself."""
    sent = mail.send_invitation(invitation, token)
    return render(request, "users/invited.html", {"invitation": invitation, "url": mail.join_url(token), "sent": sent})


@require_GET
@requires(May.USERS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return _person(request, get_object_or_404(User, pk=pk))


@require_POST
@requires(May.USERS)
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            user = operations.change_role(user=user, role=form.cleaned_data["role"], by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, _("%(name)s is now: %(role)s.") % {"name": user.name, "role": user.get_role_display()})
            return redirect("person", pk) if request.user.pk != pk else redirect("/")
    return _person(request, user, form=form)


@require_http_methods(["GET", "POST"])
@requires(May.USERS)
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    user, problem = get_object_or_404(User, pk=pk), ""
    if request.method == "POST":
        try:
            operations.deactivate(user=user, by=request.user, at=clock.now())
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
            return redirect("person", pk) if request.user.pk != pk else redirect("/")
    return render(request, "users/switch_off.html", {"person": people.row(user), "problem": problem}, status=409 if problem else 200)


@require_POST
@requires(May.USERS)
def let_in(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    operations.reactivate(user=user, by=request.user, at=clock.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
    return redirect("person", pk)


@require_http_methods(["GET", "POST"])
@requires(May.USERS)
def help_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A link for who cannot sign in; shown once, in the answer to the POST."""
    user = get_object_or_404(User, pk=pk)
    form = HelpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            recovery, token = operations.issue_recovery(user=user, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            mail.tell_of_recovery(recovery)
            return render(request, "users/help_link.html", {"recovery": recovery, "person": user, "url": mail.recover_url(token)})
    return render(request, "users/help.html", {"person": people.row(user), "form": form}, status=422 if form.errors else 200)


def _person(request: HttpRequest, user: User, *, form: RoleForm | None = None) -> HttpResponse:
    context = {
        "person": people.row(user), "is_self": user.pk == request.user.pk, "form": form or RoleForm(initial={"role": user.role}),
        "roles": people.roles(),
    }  # fmt: skip
    return render(request, "users/person.html", context, status=422 if form is not None else 200)
