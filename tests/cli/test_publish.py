"""`keepscore publish`: from a store to a bundle, a page and a paper; killed at any moment it is run again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from keepscore.cli.import_ import command as import_command
from keepscore.cli.publish_ import command
from keepscore.evidence.archive import unpack
from keepscore.evidence.verify import verify

MAPPING = """
keepscore: 1
source: desk
fields:
  reference: {column: Ticket}
  client: {column: Client}
  opened_at: {column: Opened}
  resolved_at: {column: Closed}
  priority: {column: Priority}
"""
CONTRACT = """
keepscore: 1
client: {key: marlowe, name: Marlowe Foods, timezone: Europe/London}
versions:
  - from: 2026-01-01
    measures:
      - {key: on-time, name: Closed in time, sub_area: delivery-against-targets, kept_when: {within: 4h}, target: {at_least: 90%}}
"""
ARGUMENTS = ["marlowe", "--period", "2026-03", "--as-of", "2026-04-02T08:00:00Z"]


class Shop:
    """A folder with a contract, a store and the commands that work on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "contracts").mkdir()
        (folder / "contracts/marlowe.yaml").write_text(CONTRACT)
        (folder / "desk.yaml").write_text(MAPPING)
        self.environment = {"KEEPSCORE_KEYS": str(folder / "keys"), "KEEPSCORE_STORE": str(folder / "store")}

    def load(self, name: str, *, late: int = 0) -> None:
        days = [(n, f"2026-03-{1 + n % 28:02}") for n in range(40)]
        rows = [f"T-{n},marlowe,{day}T09:00:00Z,{day}T{10 if n % 9 else 15}:00:00Z,P1" for n, day in days]
        rows[:late] = [row.replace("T10:", "T16:") for row in rows[:late]]
        (self.folder / name).write_text("Ticket,Client,Opened,Closed,Priority\n" + "\n".join(rows))
        arguments = [self.folder / name, "--mapping", self.folder / "desk.yaml", "--contracts", self.folder / "contracts"]
        complete = ["--complete-to", "2026-04-01T00:00:00Z", "--exported-at", f"2026-04-0{1 + late}T00:00:00Z"]
        result = CliRunner(env=self.environment).invoke(import_command, [str(part) for part in (*arguments, *complete)])
        assert result.exit_code == 0, result.output

    def arguments(self, *more: str) -> list[str]:
        return [*ARGUMENTS, "--contracts", str(self.folder / "contracts"), "--out", str(self.folder / "published"), *more]

    def publish(self, *more: str):
        return CliRunner(env=self.environment).invoke(command, self.arguments(*more))

    def names(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "published/marlowe").iterdir() if path.name != ".lock")


@pytest.fixture
def shop(tmp_path) -> Shop:
    made = Shop(tmp_path)
    made.load("march.csv")
    return made


FIRST = ["marlowe-2026-03-1.html", "marlowe-2026-03-1.keepscore.zip", "marlowe-2026-03-1.pdf"]
SECOND = ["marlowe-2026-03-2.html", "marlowe-2026-03-2.keepscore.zip", "marlowe-2026-03-2.pdf"]


def test_publishing_writes_bundle_page_and_paper_once_and_late_data_makes_correction_2(shop):
    first = shop.publish()
    assert first.exit_code == 0, first.output
    assert first.output.startswith("Marlowe Foods, March 2026: ")
    assert shop.names() == FIRST
    bundle = shop.folder / "published/marlowe" / FIRST[1]
    assert verify(bundle).differences == ()

    paper = pypdfium2.PdfDocument(shop.folder / "published/marlowe" / FIRST[2])
    assert [paper.get_attachment(n).get_name() for n in range(paper.count_attachments())] == [FIRST[1]]
    assert bytes(paper.get_attachment(0).get_data()) == bundle.read_bytes()

    (shop.folder / "published/marlowe" / FIRST[0]).unlink()
    again = shop.publish()
    assert again.exit_code == 0
    assert "holds the same numbers from the same records already; nothing was written" in again.output
    assert shop.names() == FIRST

    shop.load("late.csv", late=3)
    second = shop.publish("--reason", "Two tickets were closed later than reported")
    assert second.exit_code == 0, second.output
    assert "correction 2 of marlowe-2026-03-1.keepscore.zip: records: 2 changed" in second.output
    assert "Closed in time: kept was 35, is 33" in second.output
    assert shop.names() == sorted([*FIRST, *SECOND])
    manifest = json.loads(unpack(shop.folder / "published/marlowe" / SECOND[1])["manifest.json"])
    assert manifest["correction"]["reason"] == "Two tickets were closed later than reported"


def test_what_cannot_be_published_is_said_and_nothing_is_written(shop):
    for arguments, sentence in [
        (["--as-of", "2026-03-31T22:59:59Z"], "publish it when the period is over"),
        (["--period", "2026-04", "--as-of", "2026-06-01"], "source desk is complete to 2026-04-01T00:00:00Z"),
        (["--period", "2026-13"], "2026-13"),
    ]:
        result = shop.publish(*arguments)
        assert (result.exit_code, sentence in result.output) == (1, True), result.output
    stranger = CliRunner(env=shop.environment).invoke(command, ["nobody", *shop.arguments()[1:]])
    assert stranger.exit_code == 1
    assert "is for client 'nobody'" in stranger.output
    assert not list((shop.folder / "published").rglob("*.zip")) if (shop.folder / "published").exists() else True


def test_the_command_killed_at_random_moments_ends_with_exactly_one_whole_bundle(shop):
    started = [sys.executable, "-c", "from keepscore.cli.main import main; main()", "publish", *shop.arguments()]
    environment = {**os.environ, **shop.environment}
    chance = random.Random(4)
    for _ in range(3):
        process = subprocess.Popen(started, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 3.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert shop.publish().exit_code == 0
    assert shop.names() == FIRST
    assert verify(shop.folder / "published/marlowe" / FIRST[1]).ok
