"""From a draft to a frozen scorecard, its correction and its end: what was shown is what is frozen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from keepscore.contracts.models import Contract
from keepscore.evidence.shelf import BrokenShelf, filed
from keepscore.evidence.verify import verify
from keepscore.intake.signals import records_changed
from keepscore.intake.store import the_store
from keepscore.scorecards import files, operations, publishing, queries
from keepscore.scorecards.models import Publishing, Scorecard
from keepscore.scorecards.signals import published as told_published
from keepscore.scores import operations as scores
from keepscore.users.models import AuditEntry
from tests.scorecards.conftest import PERIOD, ask, published, score_of
from tests.world import CANARY, NOW, contract_text, load, rows

LATE = datetime(2026, 10, 13, 9, 0, tzinfo=NOW.tzinfo)
FILES = ["acme-2026-Q3-1.html", "acme-2026-Q3-1.keepscore.zip", "acme-2026-Q3-1.pdf"]


def names(shelf: Path) -> list[str]:
    return sorted(path.name for path in (shelf / "acme").iterdir() if path.name != ".lock")


def make_late(folder: Path, *, every: int = 9, score: bool = True) -> None:
    """Acme's requests come again, more of them late, as an export of an hour later."""
    load(the_store(), folder, rows("acme", "A", slow=every), complete_to=datetime(2026, 10, 12, 23, 59, 59, tzinfo=NOW.tzinfo))
    records_changed.send(None, touched=frozenset({("acme", "2026-08")}), at=LATE)
    if score:
        scores.score_touched(now=LATE)


def test_publishing_writes_bundle_page_paper_and_row_and_the_bundle_verifies(world, shelf):
    heard: list[Scorecard] = []
    told_published.connect(lambda scorecard, **_: heard.append(scorecard), weak=False, dispatch_uid="test")
    try:
        made = published(world.acme, world.dana)
    finally:
        told_published.disconnect(dispatch_uid="test")
    assert names(shelf) == FILES
    verdict = verify(files.bundle_path(made))
    assert (verdict.differences, verdict.signed_by) == ((), made.fingerprint)
    score = score_of(world.acme)
    assert (made.number, made.state, made.label, made.tenths, made.grade, made.met, made.missed, made.has_moved, made.correction) == (
        1, "published", "Q3 2026", score.tenths, score.grade, score.met, score.missed, False, None)  # fmt: skip
    assert (made.published_by, made.published_at, made.digest) == (world.dana, NOW, files.publication_of(made).filed.digest)
    assert heard == [made]
    entry = AuditEntry.objects.filter(action="scorecard.published").first()
    assert (entry.user, entry.client, entry.refused, entry.detail["digest"]) == (world.dana, "acme", False, made.digest)


def test_what_the_page_and_the_paper_say_is_what_the_draft_said(world, shelf):
    made = published(world.acme, world.dana)
    page = files.download(made, "page")
    assert page.name == "acme-2026-Q3-1.html"
    html = page.data.decode()
    assert "Acme Bakeries" in html
    assert "Dana Northgate, account lead" in html
    assert "url(data:font/ttf;base64," in html
    assert "../fonts" not in html
    paper = pypdfium2.PdfDocument(files.download(made, "paper").data)
    assert "Acme Bakeries" in paper[0].get_textpage().get_text_range()
    assert paper.get_attachment(0).get_data() is not None
    assert bytes(paper.get_attachment(0).get_data()) == files.download(made, "bundle").data


def test_nothing_of_another_client_is_in_page_paper_or_bundle(world, shelf):
    made = published(world.acme, world.dana)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files.download(made, "paper").data))
    for data in (files.download(made, "page").data, text.encode(), files.download(made, "bundle").data):
        assert CANARY.encode() not in data
        assert b"birch" not in data


def test_the_same_again_writes_nothing_and_is_refused_aloud(world, shelf):
    made = published(world.acme, world.dana)
    wish = ask(world.acme, world.dana, reason="By mistake")
    assert publishing.publish(wish, at=NOW) is None
    wish.refresh_from_db()
    assert (wish.state, "the same numbers from the same records already" in wish.problem) == ("refused", True)
    assert names(shelf) == FILES
    assert list(Scorecard.objects.filter(client=world.acme)) == [made]


def test_a_period_that_is_not_over_and_a_source_that_is_late_are_named(world, shelf, own_store):
    with pytest.raises(operations.CannotPublishYet, match="Q4 2026 is not over: its last day is 31 December 2026"):
        ask(world.acme, world.dana, period="2026-Q4")
    score = score_of(world.acme)
    score.result["complete_to"] = {"desk": "2026-09-28T17:00:00Z"}
    score.result["complete"] = False
    score.save()
    with pytest.raises(operations.CannotPublishYet, match="desk is complete to 28 Sep 2026, 17:00 UTC only; Q3 2026 ends at 30 Sep"):
        ask(world.acme, world.dana)
    assert [entry.refused for entry in AuditEntry.objects.filter(action="scorecard.asked")] == [True, True]
    assert not shelf.exists()


def test_a_record_imported_between_view_and_publish_is_in_it_or_refused_aloud(world, shelf, own_store, tmp_path):
    wish = ask(world.acme, world.dana)
    make_late(tmp_path, score=False)                       # imported, not yet scored
    assert publishing.publish(wish, at=NOW) is None
    wish.refresh_from_db()
    assert (wish.state, "the numbers are being made again" in wish.problem) == ("refused", True)
    scores.score_touched(now=LATE)
    stale = ask(world.acme, world.dana)
    stale.shown = wish.shown                               # what was looked at before the import
    stale.save()
    assert publishing.publish(stale, at=NOW) is None
    assert "moved since you looked" in stale.problem
    assert not shelf.exists()
    made = published(world.acme, world.dana)
    assert made.numbers == publishing.numbers_of(score_of(world.acme).result)
    assert verify(files.bundle_path(made)).ok


def test_records_that_come_while_it_is_frozen_are_not_in_it(world, shelf, own_store, tmp_path):
    """The store moves on, the score that was shown pins the version it was made from."""
    score = score_of(world.acme)
    wish = ask(world.acme, world.dana)
    load(the_store(), tmp_path, rows("acme", "A", slow=9))
    made = publishing.publish(wish, at=NOW)
    assert made is not None
    assert made.numbers == publishing.numbers_of(score.result)


def test_what_the_worker_was_killed_before_is_ended_by_the_next_one(world, shelf, monkeypatch):
    """Bundle on the shelf, no page, no row: exactly what is there when it is killed between the two."""
    wish = ask(world.acme, world.dana)

    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_enter", killed)
        with pytest.raises(Killed):
            publishing.publish(wish, at=NOW)
    assert names(shelf) == ["acme-2026-Q3-1.keepscore.zip"]
    assert not Scorecard.objects.exists()
    assert publishing.publish_waiting(at=NOW + timedelta(minutes=5)) == 1
    wish.refresh_from_db()
    made = Scorecard.objects.get()
    assert (wish.state, wish.scorecard, made.published_at, made.published_by) == ("done", made, NOW, world.dana)
    assert names(shelf) == FILES
    assert publishing.publish_waiting(at=NOW) == 0
    assert verify(files.bundle_path(made)).ok


def test_at_start_orphans_are_adopted_and_missing_papers_made_again(world, shelf):
    made = published(world.acme, world.dana)
    Publishing.objects.all().delete()
    Scorecard.objects.all().delete()
    (shelf / "acme" / FILES[2]).unlink()
    assert publishing.reconcile(at=NOW) == 1
    adopted = Scorecard.objects.get()
    assert (adopted.digest, adopted.published_by, names(shelf)) == (made.digest, None, FILES)
    (shelf / "acme" / FILES[0]).unlink()
    assert (publishing.reconcile(at=NOW), names(shelf)) == (0, FILES)


def test_a_shelf_that_was_changed_is_refused_and_others_go_on(world, shelf):
    made = published(world.acme, world.dana)
    path = files.bundle_path(made)
    path.write_bytes(path.read_bytes().replace(b"acme", b"acne"))
    assert publishing.reconcile(at=NOW) == 0
    with pytest.raises(BrokenShelf):
        files.publication_of(made)
    wish = ask(world.acme, world.dana, reason="Again")
    assert publishing.publish(wish, at=NOW) is None
    assert "was changed after it was published" in wish.problem
    assert publishing.publish(ask(world.birch, world.nora), at=NOW) is not None


def test_late_data_makes_correction_2_beside_number_1(world, shelf, own_store, tmp_path):
    first = published(world.acme, world.dana)
    make_late(tmp_path)
    first.refresh_from_db()
    assert (first.state, first.has_moved) == ("published", True)
    second = published(world.acme, world.dana, reason="Tickets of August were closed later than reported")
    first.refresh_from_db()
    assert (first.state, first.has_moved, second.state, second.number, second.reason) == (
        "superseded", False, "published", 2, "Tickets of August were closed later than reported")  # fmt: skip
    moved = {(figure["of"], figure["what"]) for figure in second.correction["moved"]}
    assert ("Requests closed in target time", "kept") in moved
    assert [item.path.name for item in filed(shelf / "acme")] == ["acme-2026-Q3-1.keepscore.zip", "acme-2026-Q3-2.keepscore.zip"]
    assert verify(files.bundle_path(first)).ok
    assert verify(files.bundle_path(second)).ok
    assert queries.frozen_for(world.acme, PERIOD).digest == second.digest
    told = files.download(first, "page")
    assert (told.name, "Replaced by correction 2" in told.data.decode()) == ("acme-2026-Q3-1-superseded.html", True)


def test_a_withdrawn_scorecard_says_so_stays_on_the_shelf_and_can_be_published_again(world, shelf):
    made = published(world.acme, world.dana)
    gone = operations.withdraw(scorecard=made, because="Published for the wrong quarter", by=world.dana, at=NOW)
    assert (gone.state, gone.withdrawn_by, gone.withdrawn_because) == ("withdrawn", world.dana, "Published for the wrong quarter")
    with pytest.raises(operations.NotStanding):
        operations.withdraw(scorecard=made, because="Twice", by=world.dana, at=NOW)
    paper = pypdfium2.PdfDocument(files.download(gone, "paper").data)
    assert "Withdrawn 13 October 2026" in paper[0].get_textpage().get_text_range()
    assert verify(files.bundle_path(gone)).ok
    assert queries.frozen_for_score(score_of(world.acme)) is None
    again = published(world.acme, world.dana, reason="The quarter was right")
    gone.refresh_from_db()
    assert (again.number, again.state, gone.state) == (2, "published", "withdrawn")


def test_two_wishes_at_once_and_two_that_stand_are_refused_by_the_database(world, shelf):
    ask(world.acme, world.dana)
    with pytest.raises(operations.AlreadyAsked):
        ask(world.acme, world.eli)
    made = publishing.publish(Publishing.objects.get(), at=NOW)
    made.pk, made.number, made.bundle, made.correction = None, 2, "other", {"reason": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_a_contract_changed_since_the_score_is_refused(world, shelf):
    contract = Contract.objects.get(client=world.acme)
    contract.text = contract_text(world.acme, target="91%")
    contract.digest = "0" * 64
    contract.save()
    with pytest.raises(operations.CannotPublishYet, match="The contract changed since these numbers were made"):
        ask(world.acme, world.dana)


def test_a_full_disk_is_said_and_publishing_again_works(world, shelf, monkeypatch):
    wish = ask(world.acme, world.dana)
    shelf.parent.joinpath("published").write_text("a file where the folder should be")
    assert publishing.publish(wish, at=NOW) is None
    assert (wish.state, wish.problem.startswith("The files cannot be written or read:")) == ("refused", True)
    shelf.unlink()
    assert published(world.acme, world.dana).number == 1
