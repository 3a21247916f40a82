"""Tails of long sums against the exact distribution, and trends of many events against those computed exactly."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics import poisson_trends
from analysis.statistics.saddlepoint import upper_tail


def exact_upper(chances: np.ndarray, count: int) -> np.ndarray:
    """The chance of every total or more, by the power of the transform."""
    length = 2 ** (count * (len(chances) - 1) + 1).bit_length()
    mass = np.fft.irfft(np.fft.rfft(chances, length) ** count, length)[: count * (len(chances) - 1) + 1]
    return mass[::-1].cumsum()[::-1]


@pytest.mark.parametrize("count", [500, 2000])
@pytest.mark.parametrize("chances", [[0.2] * 5, [0.5, 0.2, 0.1, 0.1, 0.05, 0.05], [0.02, 0.03, 0.1, 0.15, 0.2, 0.2, 0.3]])
def test_tails_are_those_of_the_exact_distribution(chances: list[float], count: int) -> None:
    chance, scores = np.array(chances), np.arange(len(chances), dtype=float)
    exact = exact_upper(chance, count)
    totals = [int(np.searchsorted(-exact, -tail)) for tail in (0.999, 0.9, 0.5, 0.1, 0.025, 0.001, 1e-6)]
    for total in totals:
        assert upper_tail(chance, scores, count, total) == pytest.approx(exact[total], rel=1e-3)


def test_the_ends_are_certain_and_impossible() -> None:
    chance, scores = np.array([0.5, 0.5]), np.array([0.0, 1.0])
    assert upper_tail(chance, scores, 10, 0) == 1
    assert upper_tail(chance, scores, 10, 11) == 0


@pytest.mark.parametrize("counts", [[400, 420, 380, 460, 500, 470], [900, 800, 810, 700, 650], [300] * 8, [2000, 1, 1, 1, 1]])
def test_trends_of_many_events_are_those_computed_exactly(counts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = poisson_trends.poisson_trend_exact(counts, 1000)
    monkeypatch.setattr(poisson_trends, "MANY_EVENTS", 10**9)
    exact = poisson_trends.poisson_trend_exact(counts, 1000)
    assert (fast.value, fast.lower, fast.upper) == pytest.approx((exact.value, exact.lower, exact.upper), rel=5e-4)
    assert fast.p_value == pytest.approx(exact.p_value, rel=2e-3, abs=1e-12)
