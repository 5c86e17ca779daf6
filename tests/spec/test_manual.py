"""The manual says what the spec tables give, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec import CHAPTERS
from tests.spec.manual import pages, write

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "calculations"


def test_the_manual_in_the_repository_is_the_one_that_the_specs_give() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in WRITTEN.glob("*.md")}
    assert found == pages(), "run: python -m tests.spec.manual docs/calculations"


def test_every_rule_has_its_place_in_the_manual() -> None:
    headings = [line[3:] for name, text in pages().items() if name != "index.md" for line in text.splitlines() if line.startswith("## ")]
    assert headings == [spec.title for chapter in CHAPTERS for spec in chapter.SPECS]


def test_every_link_of_the_index_leads_to_a_page() -> None:
    found = pages()
    assert set(re.findall(r"\]\(([^)]+)\)", found["index.md"])) == set(found) - {"index.md"}


def test_the_index_has_every_decision_of_the_decision_record() -> None:
    record = (ROOT / "docs" / "adr" / "0006-what-the-rules-left-open.md").read_text(encoding="utf-8")
    subjects = re.findall(r"^- \*([^*]+?)\.?:?\*", record, re.MULTILINE)
    index = pages()["index.md"]
    assert len(subjects) >= 10
    assert [s for s in subjects if f"- **{s.split(' in `')[0]}" not in index] == []


def test_writing_again_takes_away_pages_of_chapters_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    write(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == pages()
