import inspect
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

import analysis.statistics as package
from analysis.errors import SafeguardingError
from analysis.statistics import StatisticsError, proportion_interval, rate_interval

FUNCTIONS = [name for name in package.__all__ if inspect.isfunction(getattr(package, name))]


def test_every_public_name_is_there_once_and_documented():
    assert len(set(package.__all__)) == len(package.__all__)
    for name in package.__all__:
        public = getattr(package, name)
        assert not (inspect.isfunction(public) or inspect.isclass(public)) or inspect.getdoc(public)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_returns_what_it_raises_and_whence(name):
    text = inspect.getdoc(getattr(package, name))
    assert text.startswith("Return ")
    assert "Raises S" in text
    assert name == "round_half_up" or "Source" in text


def test_results_are_frozen():
    results = [value for value in vars(package).values() if is_dataclass(value)]
    assert len(results) > 10
    for result in results:
        blank = object.__new__(result)
        with pytest.raises(FrozenInstanceError):
            setattr(blank, fields(result)[0].name, 3)
    assert rate_interval(1, 2).value == 0.5


def test_the_error_is_one_plain_sentence():
    with pytest.raises(SafeguardingError) as caught:
        proportion_interval([3, 9, 2], [5, 8, 7])
    assert type(caught.value) is StatisticsError
    assert str(caught.value) == "count must not be more than base, got 9 at position 1."


def test_arguments_are_left_alone():
    counts, bases = np.array([3.0, np.nan]), np.array([5.0, 0.0])
    proportion_interval(counts, bases)
    np.testing.assert_array_equal(counts, [3, np.nan])
    np.testing.assert_array_equal(bases, [5, 0])


def test_import_stays_light():
    code = (
        "import sys, analysis.statistics; "
        "print([m for m in ('scipy.stats', 'scipy.optimize', 'pandas', 'statsmodels') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "value",
    [
        "5",
        ["5", "6"],
        [5, "6"],
        np.array([5, "6"], dtype=object),
        [object()],
        np.array(["2020-01-01"], dtype="M8[D]"),
        [1, [2, 3]],
    ],
)
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(StatisticsError, match="count must"):
        rate_interval(value, 10)


def test_empty_in_empty_out():
    found = rate_interval([], [])
    assert found.value.shape == found.status.shape == (0,)
