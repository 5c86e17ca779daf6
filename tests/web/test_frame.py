"""The frame of every page: what leads where, for whom, and what still stands when something broke."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import engines

from keepscore.documents.fonts import FACES
from keepscore.web import context, errors, nav
from tests.web.gallery import MARLOWE, request, static

LOAD = "{% load keepscore_web %}"


def render(text: str, *, path: str = "/", user: object = None, **about: object) -> str:
    return engines["django"].from_string(LOAD + text).render(about, request(path, user))    # type: ignore[arg-type]


def names(links: object) -> list[tuple[str, bool]]:
    return [(link.name, link.is_current) for link in links]     # type: ignore[attr-defined]


def test_entries_stand_in_their_order_and_the_longest_address_is_the_current_one():
    assert names(nav.main.links(None, path="/measures/late")) == [("Portfolio", False), ("Measures", True), ("Import", False)]
    assert names(nav.main.links(None, path="/")) == [("Portfolio", True), ("Measures", False), ("Import", False)]
    assert names(nav.main.links(None, path="/measures-of-others/")) == [("Portfolio", False), ("Measures", False), ("Import", False)]


def test_what_a_user_may_not_see_or_has_no_address_is_not_shown():
    nav.main.register(nav.Entry("Contracts", "contracts", 5), nav.Entry("Import", "import", 30, may_see=lambda user: user.may("import")))
    assert names(nav.main.links(SimpleNamespace(may=lambda what: False))) == [("Portfolio", False), ("Measures", False)]


def test_an_entry_that_is_registered_twice_is_shown_once():
    nav.main.register(nav.Entry("All clients", "portfolio", 10))
    assert [name for name, _ in names(nav.main.links(None))] == ["All clients", "Measures", "Import"]


def test_a_stranger_sees_no_navigation_and_no_search():
    asked = request()
    asked.user = AnonymousUser()
    assert context.frame(asked) == {"sample": True, "theme": "", "keys_off": False}


def test_a_theme_that_nobody_knows_is_not_written_into_the_page():
    asked = request()
    asked.COOKIES["theme"] = '"><script>'
    assert context.frame(asked)["theme"] == ""


def test_a_view_may_say_which_entry_is_current():
    shown = render("{% include 'web/components/top.html' %}", nav_current="measures")
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', shown)[:1] == ["/measures/"]


def test_a_client_has_its_tabs_and_the_clients_beside_it():
    page = engines["django"].get_template("web/client_base.html")
    shown = page.render({"client": MARLOWE}, request("/clients/marlowe-foods/measures/late"))
    assert re.findall(r'<a href="(/clients/[^"]+)"( aria-current="page")?', shown) == [
        ("/clients/marlowe-foods/", ""), ("/clients/marlowe-foods/measures/", ' aria-current="page"')]
    assert re.findall(r'href="([^"]+)" data-key="(.)"', shown) == [("/clients/larkfield/", "["), ("/clients/osprey-rail/", "]")]


def test_sample_data_is_named_on_every_page_and_only_there(settings):
    said = "every company, person and number on this page is made up"
    assert said in render("{% include 'web/components/foot.html' %}")
    settings.KEEPSCORE_SAMPLE = False
    assert said not in render("{% include 'web/components/foot.html' %}")


@pytest.mark.parametrize("path", ["/", "/api/clients"])
def test_an_error_page_asks_neither_session_nor_database(path):
    """No fixture opens a database here: a query would fail the test."""
    asked = request(path)
    del asked.user
    answers = [errors.server_error(asked), errors.bad_request(asked)]
    assert [answer.status_code for answer in answers] == [500, 400]
    assert {answer["Content-Type"].split(";")[0] for answer in answers} == {"text/html" if path == "/" else "application/problem+json"}


@pytest.mark.parametrize(("name", "title"), [
    ("400", "The request could not be read"), ("403", "This is not open to you"), ("403_csrf", "This form was open for too long"),
    ("404", "There is no such page"), ("413", "The file is too large"), ("429", "Too many tries"),
    ("500", "Something went wrong on our side"), ("503", "This does not work just now")])
def test_every_error_page_says_what_happened(name, title):
    shown = engines["django"].get_template(f"{name}.html").render({"megabytes": 64}, request())
    assert re.findall(r'<title>(.*?)</title>|<h1 class="msg">(.*?)</h1>', shown) == [(f"{title} - Keepscore", ""), ("", title)]


@pytest.mark.parametrize("name", [f"fonts/{face.saved}" for face in FACES] + ["fonts/source-sans-3-italic.ttf", "scorecard/tokens.css",
                                                                               "scorecard/sheet.css", "web/app.css", "web/app.js"])
def test_every_static_file_is_found_and_listed(name):
    listed = {path for finder in finders.get_finders() for path, _ in finder.list([])}
    assert finders.find(name) is not None
    assert name in listed


def test_styles_and_scripts_name_only_files_that_are_there():
    for name in ("web/fonts.css", "web/app.css", "web/parts.css"):
        text = static(name).read_text("utf-8")
        assert [target for target in re.findall(r"url\(\.\./([^)]+)\)", text) if not finders.find(target)] == []


def test_web_and_scorecard_give_each_colour_the_same_value():
    """Two files hold them: the scorecard's page must stand alone in a bundle."""
    web, sheet = (static(f"{room}/tokens.css").read_text("utf-8") for room in ("web", "scorecard"))
    ours = {name: (light, dark) for name, light, dark in re.findall(r"(--[\w-]+):light-dark\((#\w+),(#\w+)\)", web)}
    light, dark = sheet.split("@media screen and (prefers-color-scheme:dark)")
    for place, text in enumerate((light, dark.split("@media print")[0])):
        theirs = dict(re.findall(r"(--[\w-]+):(#\w{6})", text))
        assert {name: ours[name][place] for name in theirs} == theirs


def test_messages_carry_a_mark_and_a_problem_its_word():
    shown = render("{% include 'web/messages.html' %}", messages=[Message(25, "Saved 1 client"), Message(40, "<b> is no client")])
    assert re.findall(r'class="done-note (\w+)"', shown) == ["success", "error"]
    assert "Problem:" in shown
    assert "&lt;b&gt; is no client" in shown


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As people say it.", error_messages={"required": "A name is needed"})


def test_a_field_that_is_wrong_says_so_beside_it_and_to_who_hears_it():
    shown = render("{% field form.name %}", form=Form({"name": ""}))
    assert 'id="id_name_error">A name is needed</p>' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'aria-invalid="true"' in shown


def test_the_summary_leads_to_each_field_that_stops_the_form():
    shown = render("{% error_summary form %}", form=Form({"name": ""}))
    assert re.findall(r'<h2>(.*?)</h2>|<a href="([^"]+)">(.*?)</a>', shown) == [
        ("One thing stops this", "", ""), ("", "#id_name", "Name: A name is needed")]
    assert render("{% error_summary form %}", form=Form({"name": "Acme"})).strip() == ""


def test_the_title_of_a_page_with_errors_begins_with_problem():
    page = engines["django"].from_string("{% extends 'web/base.html' %}{% block title %}Clients{% endblock %}")
    titles = [re.findall("<title>(.*?)</title>", page.render({"form": form}, request())) for form in (Form({"name": ""}), Form())]
    assert titles == [["Problem: Clients - Keepscore"], ["Clients - Keepscore"]]


def test_filters_and_pages_keep_the_rest_of_the_address():
    shown = render("{% chips 'show' options '' 'Show' %}{% pager page %}", path="/?sort=name&page=2&show=late",
                   options=[("", "All", 1396), ("late", "Late", 0), ("met", "Met", 7)], page=Paginator(range(1396), 10).get_page(2))
    assert re.findall(r'href="([^"]+)"', shown) == [
        "?sort=name", "?sort=name&amp;show=met", "?sort=name&amp;show=late&amp;page=1", "?sort=name&amp;show=late&amp;page=3"]
    assert "11 to 20 of 1,396" in shown


def test_a_sorted_column_says_its_order_and_turns_round_when_pressed():
    shown = [render("{% sort_head 'name' 'Client' sort %}", sort=sort) for sort in ("name", "-name", "grade")]
    assert [re.findall(r'(?:aria-sort="(\w+)")?><a class="sort" href="([^"]+)"', one)[0] for one in shown] == [
        ("ascending", "?sort=-name"), ("descending", "?sort=name"), ("", "?sort=name")]


class Wide(Form):
    site = forms.CharField(label="Site")


def test_a_whole_form_comes_back_with_what_was_typed():
    shown = render("{% include 'web/form.html' with submit='Save 1 client' cancel_url='/' confirm='Sure?' %}",
                   form=Wide({"name": "", "site": "<Leeds>"}))
    parts = r'value="&lt;Leeds&gt;"|data-confirm="Sure\?"|name="csrfmiddlewaretoken"|<button class="btn pri">[^<]+|<a class="btn txt" [^>]+'
    assert re.findall(parts, shown) == [
        'data-confirm="Sure?"', 'name="csrfmiddlewaretoken"', 'value="&lt;Leeds&gt;"', '<button class="btn pri">Save 1 client',
        '<a class="btn txt" href="/"']
