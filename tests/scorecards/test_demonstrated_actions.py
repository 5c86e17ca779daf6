"""Demonstrated actions: written once, their figures filled in from the measures, so that no number goes stale."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse

from keepscore.evidence.archive import unpack
from keepscore.evidence.verify import verify
from keepscore.scorecards import files, operations, publishing
from keepscore.scorecards.models import Action
from keepscore.scorecards.operations import Written
from keepscore.users.models import AuditEntry
from tests.scorecards.conftest import PERIOD, ask, published, score_of
from tests.scorecards.test_publishing_scorecards import make_late
from tests.world import NOW

DELIVERY, RESPONSE = "delivery-against-targets", "response-and-communication"
SAID = "{on-time.kept} of {on-time.counted} requests in time, {desk.volume} came in."


def write(world: Any, texts: dict[str, str], *, period: str = PERIOD) -> int:
    editions = dict(Action.objects.filter(contract__client=world.acme, period=period).values_list("sub_area", "edition"))
    return operations.write_actions(
        contract=score_of(world.acme, period).contract, period=period, by=world.dana, at=NOW,
        texts={key: Written(text, editions.get(key, 0)) for key, text in texts.items()},
    )  # fmt: skip


def address(name: str = "scorecard-actions", period: str = PERIOD) -> str:
    return reverse(name, args=["acme", period])


def filled(world: Any) -> str:
    card = score_of(world.acme).card
    on_time = next(m for m in card.measures if m.key == "on-time")
    (desk,) = card.functions
    return f"{on_time.kept} of {on_time.kept + on_time.missed} requests in time, {desk.volume} came in."


def form(world: Any, **texts: str) -> dict[str, str]:
    """What the browser sends: nine texts with the editions that were shown."""
    present = {action.sub_area: action for action in Action.objects.filter(contract__client=world.acme, period=PERIOD)}
    data = {}
    for at, sub in enumerate(sub for area in score_of(world.acme).card.areas for sub in area.sub_areas):
        action = present.get(sub.key)
        data |= {f"text-{at}": action.text if action else "", f"edition-{at}": str(action.edition if action else 0)}
    return data | texts


def test_a_text_stands_on_page_paper_and_in_the_bundle_with_its_figures(world, shelf):
    write(world, {DELIVERY: SAID})
    made = published(world.acme, world.dana)
    said = filled(world)
    bundle = files.bundle_path(made)
    assert json.loads(unpack(bundle)["actions.json"]) == [{"sub_area": DELIVERY, "template": SAID, "text": said}]
    assert said in files.download(made, "page").data.decode()
    paper = pypdfium2.PdfDocument(files.download(made, "paper").data)[0].get_textpage().get_text_range()
    assert said in " ".join(paper.replace("\ufffe", "").split())
    assert verify(bundle).differences == ()


def test_the_figures_follow_the_records_into_the_correction(world, shelf, own_store, tmp_path):
    write(world, {DELIVERY: SAID})
    first, before = published(world.acme, world.dana), filled(world)
    make_late(tmp_path)
    second, after = published(world.acme, world.dana, reason="Late tickets"), filled(world)
    assert before != after
    assert [files.publication_of(one).actions[0].text for one in (first, second)] == [before, after]
    assert "the demonstrated actions are different" in second.correction["because"]


def test_the_draft_shows_the_text_with_the_present_figures_and_the_list_of_placeholders(world, shelf, as_user):
    write(world, {DELIVERY: SAID})
    dana = as_user(world.dana)
    assert filled(world) in dana.get(address("scorecard-draft")).content.decode()
    html = dana.get(address()).content.decode()
    assert filled(world) in html
    assert "<code>{quick-half.value}</code>" in html
    assert "<code>{desk.planned}</code></th><td class=\"n\">60</td>" in html


def test_an_unknown_placeholder_is_an_error_at_its_field_and_nothing_is_lost(world, shelf, as_user):
    answer = as_user(world.dana).post(address(), form(world, **{"text-3": "We did {on-tiem.kept} & more", "text-4": "Fine"}))
    html = answer.content.decode()
    assert "Delivery against targets: {on-tiem.kept} is not a figure of this contract." in html
    assert "We did {on-tiem.kept} &amp; more</textarea>" in html
    assert "Fine</textarea>" in html
    assert not Action.objects.exists()


def test_saving_keeps_what_was_written_and_leaves_an_entry_with_the_words(world, shelf, as_user):
    answer = as_user(world.dana).post(address(), form(world, **{"text-3": f"  {SAID}\n ", "text-4": "Calls."}))
    assert answer["Location"] == address("scorecard-draft")
    assert dict(Action.objects.values_list("sub_area", "text")) == {DELIVERY: SAID, RESPONSE: "Calls."}
    entry = AuditEntry.objects.get(action="scorecard.actions-written")
    assert (entry.user, entry.detail["texts"]) == (world.dana, {DELIVERY: SAID, RESPONSE: "Calls."})
    as_user(world.dana).post(address(), form(world, **{"text-4": ""}))
    assert dict(Action.objects.values_list("sub_area", "text")) == {DELIVERY: SAID}
    assert write(world, {DELIVERY: SAID}) == 0


def test_two_people_edit_the_same_text_and_the_second_gets_both(world, shelf, as_user):
    write(world, {DELIVERY: "First."})
    mine = form(world, **{"text-3": "Mine."})
    write(world, {DELIVERY: "Theirs."})
    eli = as_user(world.eli)
    html = eli.post(address(), mine).content.decode()
    assert "Somebody wrote meanwhile: Theirs." in html
    assert "Mine.</textarea>" in html
    assert Action.objects.get().text == "Theirs."
    assert 'name="edition-3" value="2"' in html
    eli.post(address(), {**mine, "edition-3": "2"})
    assert (Action.objects.get().text, Action.objects.get().edition) == ("Mine.", 3)


def test_texts_of_the_last_period_are_a_beginning_and_overwrite_nothing(world, shelf, as_user):
    write(world, {DELIVERY: SAID, RESPONSE: "Old."}, period="2026-Q2")
    write(world, {RESPONSE: "New."})
    dana = as_user(world.dana)
    assert "Begin with the texts of Q2 2026" in dana.get(address()).content.decode()
    assert dana.post(address("scorecard-carry-over"))["Location"] == address()
    assert dict(Action.objects.filter(period=PERIOD).values_list("sub_area", "text")) == {DELIVERY: SAID, RESPONSE: "New."}
    assert AuditEntry.objects.filter(action="scorecard.actions-carried-over", client="acme").count() == 1


def test_a_carried_over_figure_that_the_contract_no_longer_has_stops_publishing(world, shelf, as_user):
    write(world, {DELIVERY: "Closed {gone.kept} of them."})
    html = as_user(world.dana).get(address("scorecard-draft")).content.decode()
    assert "Closed no records of them." in html
    assert "names {gone.kept}, a figure that this contract does not have." in html
    with pytest.raises(operations.CannotPublishYet, match=r"gone\.kept"):
        ask(world.acme, world.dana)


def test_a_text_changed_between_view_and_publish_is_refused(world, shelf):
    write(world, {DELIVERY: SAID})
    wish = ask(world.acme, world.dana)
    write(world, {DELIVERY: "Something else."})
    assert publishing.publish(wish, at=NOW) is None
    assert "moved since you looked" in wish.problem


def test_a_text_is_data_and_never_markup(world, shelf, as_user):
    write(world, {DELIVERY: '<script>alert(1)</script> #pagebreak() "x" {desk.volume}'})
    made = published(world.acme, world.dana)
    for html in (files.download(made, "page").data.decode(), as_user(world.dana).get(address("scorecard-draft")).content.decode()):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; #pagebreak()" in html
    assert len(pypdfium2.PdfDocument(files.download(made, "paper").data)) == 1
