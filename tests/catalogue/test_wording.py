"""Wording: one way to print a figure, rounded as printed statistics are."""

from __future__ import annotations

import math

import pytest

from analysis import catalogue
from analysis.catalogue import wording


@pytest.mark.parametrize(
    ("figure", "decimals", "text"),
    [(96.25, 1, "96.3"), (0.5, 0, "1"), (-0.5, 0, "−1"), (-0.04, 1, "0.0"), (1234567, 0, "1,234,567"), (-1234.56, 1, "−1,234.6")],
)
def test_numbers_round_half_up_with_commas_and_a_true_minus(figure: float, decimals: int, text: str) -> None:
    assert wording.number(figure, decimals) == text


@pytest.mark.parametrize(
    ("figure", "unit", "decimals", "text"),
    [
        (6165, "count", 0, "6,165"),
        (57.16, "percent", 1, "57.2%"),
        (409397, "pounds", 0, "£409,397"),
        (-470590, "pounds", 0, "−£470,590"),
        (94.4995, "rate", 1, "94.5"),
    ],
)
def test_a_value_carries_its_unit(figure: float, unit: str, decimals: int, text: str) -> None:
    assert wording.value(figure, unit, decimals) == text


@pytest.mark.parametrize(
    ("status", "symbol"), [("suppressed", "[c]"), ("not_available", "[x]"), ("not_applicable", "[z]"), ("final", "[x]")]
)
def test_no_value_is_the_symbol_of_its_status(status: str, symbol: str) -> None:
    assert wording.value(math.nan, "count", 0, status) == symbol


def test_unit_words() -> None:
    units = [("count", 1), ("percent", 1), ("pounds", 1), ("rate", 10000)]
    assert [wording.unit_words(*unit) for unit in units] == ["number", "%", "£", "per 10,000"]


def test_listing() -> None:
    assert [wording.listing(list(items)) for items in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("Children in care", "children in care"),
        ("DoLS referrals", "DoLS referrals"),
        ("LSCB members", "LSCB members"),
        ("Section 47 enquiries", "Section 47 enquiries"),
        ("Leicestershire lead member", "Leicestershire lead member"),
        ("White British", "White British"),
        ("", ""),
    ],
)
def test_names_keep_their_capital(text: str, lowered: str) -> None:
    assert wording.lower_first(text) == lowered


def test_no_category_loses_the_capital_of_a_name() -> None:
    names = ("British", "Board", "Commission", "Council", "Service", "Trust", "Leicester", "Rutland")
    lowered = [wording.lower_first(words) for words in catalogue.categories().values()]
    assert [words for words in lowered if words.split(" ")[0] + " " in [f"{name.lower()} " for name in names]] == []
    assert [
        words for words in lowered if words.startswith(("leicestershire", "rutland", "east midlands", "cafcass", "nspcc"))
    ] == []
