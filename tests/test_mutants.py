"""The faults that `mutants.py` puts into the library: each is one change that a computer can run, chosen again by its seed."""

from __future__ import annotations

import ast

import pytest
from mutants import chosen, mutants_in


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("a < b", ["(a <= b)", "(a >= b)"]),
        ("a is not b", ["(a is b)"]),
        ("a + b", ["(a - b)"]),
        ("a and b", ["(a or b)"]),
        ("not a", ["(a)"]),
        ("a if b else c", ["(a if not b else c)"]),
        ("f(3)", ["f((4))", "f((2))"]),
        ("f(True)", ["f((False))"]),
        ("f(a, key=b)", ["(f(a))"]),
        ("min(a)", ["(max(a))"]),
        ("a.any()", ["(a.all())"]),
        ("zip(a, b, strict=True)", []),
        ("open(a, encoding=b)", []),
        ("a + 'é'", []),
        ("f'{a < b}'", []),
    ],
)
def test_a_fault_is_one_change_of_one_place(line: str, after: list[str]) -> None:
    assert [mutant.source() for mutant in mutants_in("m", f"é = 'é'; {line}\n")] == [f"é = 'é'; {each}\n" for each in after]


def test_what_a_function_returns_is_lost_and_its_annotations_stay() -> None:
    text = "@cached(1)\ndef f(a: Literal[1]) -> Literal[2]:\n    return (\n        a\n    )\n"
    assert [mutant.source() for mutant in mutants_in("m", text)] == [text.partition("return")[0] + "return None\n"]


def test_faults_of_the_library_are_chosen_by_a_seed_and_can_be_run() -> None:
    mutants = chosen(40, 3)
    assert (
        [str(mutant) for mutant in mutants] == [str(mutant) for mutant in chosen(40, 3)] != [str(each) for each in chosen(40, 4)]
    )
    assert len({mutant.module for mutant in mutants}) > 20
    for mutant in mutants:
        assert ast.dump(ast.parse(mutant.source())) != ast.dump(ast.parse(mutant.text))
    assert all(mutant.module.startswith("claims/language/") for mutant in chosen(5, 1, "claims/language/"))
