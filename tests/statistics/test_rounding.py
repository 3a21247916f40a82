from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import StatisticsError, round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (96.25, 1, 96.3),
        (77 / 80 * 100, 1, 96.3),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (57 / 200 * 100, 0, 29.0),
        (0.5, 0, 1.0),
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (2.4999999, 0, 2.0),
        (1250, -2, 1300.0),
        (1249, -2, 1200.0),
        (0.0, 1, 0.0),
        (2.0**53 + 2, 0, 2.0**53 + 2),
        (float("inf"), 1, float("inf")),
    ],
)
def test_rounds_as_printed(value, decimals, printed):
    assert round_half_up(value, decimals) == printed


def test_a_small_negative_prints_without_a_sign():
    assert str(round_half_up(-0.2)) == "0.0"


def test_differs_from_half_even():
    halves = np.arange(0.5, 10, 1)
    assert (round_half_up(halves) == np.arange(1, 11)).all()
    assert (np.round(halves) != round_half_up(halves)).sum() == 5


def test_missing_stays_missing_and_shape_is_kept():
    rounded = round_half_up([[1.25, None], [np.nan, 2.35]], 1)
    np.testing.assert_array_equal(rounded, [[1.3, np.nan], [np.nan, 2.4]])


def test_takes_a_series_with_pandas_missing_values_and_leaves_it_alone():
    series = pd.Series([1.25, None, 3], dtype="Float64")
    np.testing.assert_array_equal(round_half_up(series, 1), [1.3, np.nan, 3.0])
    assert series[0] == 1.25


@pytest.mark.parametrize(("value", "decimals"), [("1.5", 0), (["a"], 0), (1.5, 0.5), (1.5, True), ([1, [2, 3]], 0)])
def test_refuses_what_is_not_a_number(value, decimals):
    with pytest.raises(StatisticsError):
        round_half_up(value, decimals)


@given(st.decimals(-(10**6), 10**6, places=5), st.integers(0, 4))
def test_agrees_with_decimal_arithmetic(value, decimals):
    expected = value.quantize(Decimal(10) ** -decimals, rounding=ROUND_HALF_UP)
    assert round_half_up(float(value), decimals) == float(expected)


@given(st.integers(1, 5000), st.data())
def test_percentages_agree_with_exact_fractions(base, data):
    count = data.draw(st.integers(0, base))
    # count / base * 1000 rounded half up, in whole numbers.
    assert round_half_up(count / base * 100, 1) == (2000 * count + base) // (2 * base) / 10
