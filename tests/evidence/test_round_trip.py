"""Publish, then verify: whatever the records, the bundle gives the numbers that all records gave."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import evidence_world as world
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keepscore.evidence import keys
from keepscore.evidence.publish import publish
from keepscore.evidence.verify import verify

periods = st.one_of(
    st.sampled_from(["2026-08", "2026-Q2", "2026-H1", "2025"]),
    st.tuples(st.dates(date(2026, 2, 1), date(2026, 4, 28)), st.dates(date(2026, 5, 1), date(2026, 9, 28))).map(
        lambda days: f"{days[0]}..{days[1]}"
    ),
)


@settings(max_examples=2, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(period=periods, seed=st.integers(0, 10_000), size=st.integers(2, 300))
def test_what_is_published_verifies(period, seed, size):
    found = world.tables(per_client=size, seed=seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        key = keys.signing_key(folder / "keys", now=world.AS_OF)
        card = world.scored(found, period=period)
        made = publish(card, contract=world.contract(), tables=found, at=world.AS_OF, out=folder / "published", key=key)
        assert verify(made.path, expected_fingerprint=key.fingerprint).differences == ()
        assert made.scorecard.measures == card.measures


def test_a_bundle_of_10_000_records_is_made_and_verified_in_seconds(tmp_path):
    found = world.tables(per_client=11_000)
    card = world.scored(found, period="2025-01-01..2026-09-30", terms=world.SERVICE_TIME)
    key = keys.signing_key(tmp_path / "keys", now=world.AS_OF)
    began = time.process_time()
    made = publish(card, contract=world.contract(world.SERVICE_TIME), tables=found, at=world.AS_OF, out=tmp_path / "published", key=key)
    published = time.process_time() - began
    verdict = verify(made.path)
    verified = time.process_time() - began - published
    assert verdict.ok
    assert made.manifest["files"]["records.parquet"]["rows"] > 10_000
    print(f"published in {published:.2f} s, verified in {verified:.2f} s of processor time, {made.path.stat().st_size:,} bytes")
    assert max(published, verified) < 10
