"""Every fault of a file at once, each with its line, its key, its code, what was found and what would be right."""

from __future__ import annotations

import pytest
from broken_contracts import BROKEN, GOOD, Fault

from keepscore.engine.contract import ContractError, loads_contract


def faults_of(text: str, defaults_text: str | None = None) -> tuple[object, ...]:
    with pytest.raises(ContractError) as error:
        loads_contract(text, defaults_text=defaults_text)
    return error.value.faults


def test_the_good_file_is_good() -> None:
    assert loads_contract(GOOD).versions[0].measures[0].key == "requests-on-time"


@pytest.mark.parametrize(("before", "after", "expected"), BROKEN)
def test_a_broken_contract_is_told_with_line_key_and_code(before: str, after: str, expected: list[Fault]) -> None:
    assert before in GOOD
    faults = faults_of(GOOD.replace(before, after, 1))

    assert [(fault.line, fault.key, fault.code) for fault in faults] == expected
    assert all(fault.found and len(fault.found) <= 60 and fault.found.isprintable() and fault.expected for fault in faults)


def test_faults_of_every_kind_are_told_together() -> None:
    text = GOOD
    for before, after in [
        ("currency: GBP", "currency: pounds"), ("weight: 2", "wieght: 2"), ("P1: 4h", "P1: soon"),
        ("kind = 'request'", "kind ="), ("component: wan", "component: wan, component: lan"), ("at_least: 85%", "at_least: 85"),
        ("B: 3.5", "B: 4.5"),
    ]:
        text = text.replace(before, after)

    assert [str(fault) for fault in faults_of(text)] == [
        "line 3: currency: found pounds; currency is a currency of three capital letters, such as GBP",
        "line 22: versions[0].measures[0].count.where: found kind =; at character 6, this cannot be read as a condition; "
        "it knows comparisons, and, or, not, in, is null, between, like, + - * / on numbers and date_part",
        "line 23: versions[0].measures[0].kept_when.within.P1: found soon; "
        "a duration is a number with s, m, h or d, such as 90m, 4h, 1h 30m or 2d",
        "line 26: versions[0].measures[0].wieght: found wieght; there is no key wieght here; did you mean weight?",
        "line 38: versions[0].measures[2].availability.component: found component; a key stands once in a map; it is already on line 38",
        "line 44: versions[0].measures[3].target.at_least: found 85; "
        "this measure's target is a percent between 0% and 100%, such as 92%",
        "line 53: versions[0].scorecard.grades: found A 4.5, B 4.5, C 2.5, D 1.5, F 1; "
        "grades fall from A to F without a gap, such as {A: 4.5, B: 3.5, C: 2.5, D: 1.5, F: 1}",
    ]


def test_a_fault_of_the_defaults_file_names_that_file() -> None:
    with pytest.raises(ContractError) as error:
        loads_contract(GOOD, defaults_text="currency: GBP\nscorecrad: {}\n")

    assert (error.value.path, [(f.line, f.key, f.code) for f in error.value.faults]) == ("defaults", [(2, "scorecrad", "schema")])


def test_a_clash_with_a_default_names_the_line_of_the_defaults_file() -> None:
    without_grades = GOOD.replace("grades: {A: 4.5, B: 3.5, C: 2.5, D: 1.5, F: 1}", "grades: {A: 3}")

    faults = faults_of(without_grades, "vendor: Northgate\nscorecard: {grades: {B: 3.5}}\n")

    assert [(f.line, f.key, f.found) for f in faults] == [(53, "versions[0].scorecard.grades", "A 3, B 3.5")]


@pytest.mark.parametrize(("raw", "line", "code"), [
    (b"keepscore: 1\nvendor: caf\xe9\n", 2, "encoding"),
    (b"\xff\xfek\x00", 1, "encoding"),
    (b"a: " + b"x" * 1_000_000, 1, "too_large"),
    (b"", 1, "empty"),
    (b"# nothing\n", 1, "empty"),
    (b"- a\n- b\n", 1, "schema"),
    (b"a: " + b"[" * 100_000, 1, "depth"),
    (b"{" * 50_000, 1, "syntax"),
])
def test_a_file_that_is_no_contract_at_all_is_told_so(tmp_path, raw: bytes, line: int, code: str) -> None:  # type: ignore[no-untyped-def]
    from keepscore.engine.contract import load_contract

    (tmp_path / "c.yaml").write_bytes(raw)
    with pytest.raises(ContractError) as error:
        load_contract(tmp_path / "c.yaml")

    assert [(fault.line, fault.code) for fault in error.value.faults][:1] == [(line, code)]


def test_an_alias_bomb_is_refused_in_no_time() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))

    assert [(f.line, f.code) for f in faults_of(bomb)] == [(4, "alias_bomb")]
