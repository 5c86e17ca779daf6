"""Every rule of the manual holds."""

from __future__ import annotations

import pytest

from tests.spec import CHAPTERS
from tests.spec.case import Spec, expected, outcome

ALL = [pytest.param(spec, id=spec.title) for chapter in CHAPTERS for spec in chapter.SPECS]


@pytest.mark.parametrize("spec", ALL)
def test_rule(spec: Spec) -> None:
    result = spec.scorecard().measures[0]
    found = outcome(result)
    assert found == expected(spec, found)
    unknown = set(spec.gives) - set(found)
    assert not unknown, f"a promise that nothing checks: {unknown}"
