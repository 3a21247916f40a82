"""Errors: one sentence that says where, what was found and what was expected."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from analysis.disclosure.gate import Broken, HeldBackError
from analysis.errors import DataError, SafeguardingError, UnknownNameError


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "figure-1.csv: found 'x', expected a count."),
        ({"row": 7}, "figure-1.csv, row 7: found 'x', expected a count."),
        ({"column": "value"}, "figure-1.csv, column value: found 'x', expected a count."),
        ({"row": 7, "column": 2}, "figure-1.csv, row 7, column 2: found 'x', expected a count."),
    ],
)
def test_the_place_is_named_as_far_as_it_is_known(place: dict[str, Any], said: str) -> None:
    assert str(DataError("figure-1.csv", found="'x'", expected="a count", **place)) == said


def test_a_whole_file_quoted_by_mistake_keeps_its_place_and_what_was_expected() -> None:
    said = str(DataError("figure-1.csv", found="x" * 100_000, expected="a count"))
    assert said.startswith("figure-1.csv: found xxx") and said.endswith("xxx, expected a count.")
    assert " … " in said and len(said) <= 1_600


def test_a_sentence_of_an_ordinary_length_is_whole_and_a_long_list_keeps_its_lines() -> None:
    lines = ["a" * 1_500, *("b" * 80 for _ in range(100))]
    assert str(SafeguardingError("\n".join(lines))).split("\n") == lines


def test_an_unknown_name_is_wrong_usage_and_anything_else_a_failure() -> None:
    assert UnknownNameError("There is no area 'x'.").exit_status == 2
    assert DataError("figure-1.csv", found="'x'", expected="a count").exit_status == 1


def test_a_notebook_shows_the_sentence_without_frames() -> None:
    assert UnknownNameError("There is no area 'x'.")._render_traceback_() == ["UnknownNameError: There is no area 'x'."]


@pytest.mark.parametrize(
    "error",
    [
        DataError("figure-1.csv", row=7, found="'x'", expected="a count"),
        HeldBackError([Broken("small-number", "index.html", "row 1")]),
        UnknownNameError("There is no area 'x'."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_helper_process_hands_an_error_over_as_it_is(error: SafeguardingError) -> None:
    """One that couldn't be made again ended the pool, and the run blamed the machine's memory."""
    handed_over = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(handed_over), str(handed_over), vars(handed_over)) == (type(error), str(error), vars(error))
    assert handed_over.exit_status == error.exit_status
