"""README.txt of a bundle: for the client's reader, who has never heard of this program."""

from __future__ import annotations

from keepscore.engine.results import Scorecard

_TEXT = """\
Scorecard of {client} for {period}: the evidence
================================================

This bundle holds a published scorecard and everything it was computed from.

  manifest.json    start here: what this is, the result, and the SHA-256 digest of every other file
  manifest.sig     the vendor's signature (Ed25519) over manifest.json
  scorecard.json   every number of the scorecard, exactly
  contract.json    the terms it was judged by: measures, limits, targets, weights, service hours
  records.*        your service records of the period and of the months it touches; pauses.*, outages.*, values.*
                   likewise. The .parquet files are what the numbers are computed from, the .csv files are
                   copies for reading: in them a text that a sheet program might run begins with an apostrophe
  calendars.json   the service time that was used, as open and close moments in UTC
  earlier/*.json   results of earlier periods, as far as the trend uses them
  actions.json     what we can show for each sub-area: the sentence as written and with its figures filled in, if there is one
  keys.json        the vendor's public keys so far, each handed on by the one before

How to check it
---------------
  pip install keepscore
  keepscore verify {name}

It needs no network, no database and no word from the vendor. It checks the digests and the signature, computes every
number again from the files above and names the first thing that differs.

The signing key of this bundle has the fingerprint

  {fingerprint}

Compare it once with the vendor by another way than this file (by telephone, on the contract), and then let
`keepscore verify --fingerprint "..."` compare it each time: somebody who replaces the whole bundle would have to sign it
with another key.

What it proves, and what not
----------------------------
It proves the arithmetic: from these records and these terms follow these numbers. It proves that nothing was changed since
it was published, and which publication came before it. It does not prove that the records are true or complete:
compare them with your own.
"""


def readme(scorecard: Scorecard, *, name: str, fingerprint: str) -> bytes:
    """The text with the names filled in; names are data and change nothing but themselves."""
    period = scorecard.period
    span = f"{period.label} ({period.start.isoformat()} up to, not including, {period.end.isoformat()})"
    return _TEXT.format(client=scorecard.client.name, period=span, name=name, fingerprint=fingerprint).encode()
