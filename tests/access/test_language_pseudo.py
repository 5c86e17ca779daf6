"""Every sentence on every page is in the catalogue of translations: in a pseudo language nothing but data is left as it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.access import language
from tests.access.walking import Line, Walk, lines
from tests.world import CANARY

pytestmark = pytest.mark.skipif(shutil.which("xgettext") is None, reason="no gettext on this machine; apt-get install gettext")
DATA = (      # names, keys and values of the cast and of the formats it speaks, not words of ours
    CANARY, "Xylophone", "Acme Bakeries", "Birch", "birch", "acme", "Keepscore", "Northgate", "UTC", "GMT", "BST", "Europe/London", "GBP",
    "Service desk", "desk", "office", "Requests closed in target time", "Half of requests closed within, at most", "Leeds", "York",
    "Closed site", "The site was closed (clause 4)", "priority", "site", "on-time", "quick-half", "walk", "done", "Ltd", "of old",
    "New Person", "Bare", "Gone", "was glad", "asked for more", "loader", "keepscore", "Brackets", "English", "https://example.org/hook",
    "number", "opened", "closed", "minutes", "client", "function", "CSV", "TSV", "XLSX", "JSON", "YAML", "Parquet", "https://",
    "score.scored", "read", "Business Impact", "Team Performance",
    "Platform Maximization", "Delivery against targets", "Response and communication", "Progress on your goals", "Cost and value",
    "Risk and continuity", "Knowing your business", "Use of what you pay for", "Reliability and security", "Improvement and roadmap",
    "value: {percentile: 50, calendar: office}", "target: {at_most: 6h}", "curve: {5: 2h, 4: 6h, 1: 20h}", "Effort minutes", "In scope",
)  # fmt: skip
PATTERNS = (
    r"\b[A-Z]{2}\b", r"\b\w+@northgate\.test\b", r"\b[0-9a-f]{8,}\b", r"\bks_\w+", r"\b\w+\.csv\b", r"\b\d{6}-[0-9a-f]+\b",
    r"\b[a-z]+\.[A-Z]\w+:\d+",
    r"\bcp\d+\b|\b(?:utf|latin|iso|windows|mac|koi|shift|euc|ascii|gb|big)[\w-]*",
)  # initials, addresses, digests, secrets, batches, things of the audit log, encodings of files
CODE = frozenset({"cmd", "hs", "diff"})      # classes of commands, digests and lines of a contract
PEOPLE = ("Ada", "Lee", "Dana", "Eli", "Nora", "Eve", "Dan", "Leader", "Administrator")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return language.extracted(tmp_path_factory.mktemp("messages"))


@pytest.fixture
def pseudo(catalogue: Path, settings: Any, tmp_path: Path) -> None:
    language.write_pseudo([*language.OTHERS, catalogue], tmp_path / "locale", "xa")
    settings.LOCALE_PATHS = [str(tmp_path / "locale")]
    settings.LANGUAGES = [("en-gb", "English"), ("xa", "Brackets")]


def answer(line: Line, walk: Walk) -> Any:
    with transaction.atomic():
        found = walk.right(line).get(line.url(walk.known), headers={"accept-language": "xa"})
        transaction.set_rollback(True)
    return found


def test_every_page_speaks_the_language_that_the_browser_asks_for(pseudo: None, walk: Walk) -> None:
    names = sorted([*DATA, *PEOPLE], key=len, reverse=True)
    data = re.compile("|".join([*PATTERNS, *(rf"(?<!\w){re.escape(one)}(?!\w)" for one in names)]))
    missing: dict[str, list[str]] = {}
    for line in lines():
        found = answer(line, walk)
        if found.status_code in (301, 302, 405) or not found.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for text in language.untranslated(found.content.decode(), data, CODE):
            missing.setdefault(text, []).append(line.name)
    report = [f"{', '.join(dict.fromkeys(names))[:60]}: {text[:200]}" for text, names in missing.items()]
    assert "\n".join(report) == ""
