"""The rules of usual movement on two indicators of the published figures: what they call is what they say they call."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bench import calibration, official_figures
from bench.official_figures import Figures
from official_files import OPEN, real_data

# Two indicators have 3,250 changes, of which half is known to 0.9 points and a fifth to 0.7, and 270 series of 12 years, of which
# a twentieth is known to 1.3: the bounds of all indicators are wider by two of these.
SLACK = {"N below 50": 1.8, "N below 20": 1.4, "trends of 12 years": 2.6}


@pytest.fixture(scope="module")
def indicators() -> list[Figures]:
    assert OPEN is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(official_figures, "FILES", {"dfe-cin": ("c1_", "d1_", "ons_")})
        rows = official_figures.observations(OPEN)
    return list(official_figures.by_indicator(rows, ["referrals", "plans_in_force"]).values())


class TestPublishedFigures:
    pytestmark = real_data

    def test_the_bounds_are_kept(self, indicators: list[Figures]) -> None:
        shares, table = calibration.shares_of(indicators)
        assert table["pairs"].min() > 1600
        widened = {
            name: (low - SLACK.get(name, 0), high + SLACK.get(name, 0)) for name, (low, high) in calibration.BOUNDS.items()
        }
        assert {name: share for name, share in shares.items() if not inside(share, widened.get(name))} == {}

    def test_a_rule_of_chance_alone_would_break_them(self, indicators: list[Figures], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calibration, "fit_usual_movement", lambda *_: calibration.MovementFit(1.0, 0.0, np.inf))
        shares, _ = calibration.shares_of(indicators)
        assert shares["outside 95"] > 40
        assert "outside 95" in calibration.not_kept(shares)


def inside(share: float, bound: tuple[float, float] | None) -> bool:
    return bound is None or bound[0] <= share <= bound[1]


def test_years_of_which_constants_are_taken() -> None:
    years = list(range(2014, 2025))
    assert calibration.nearest_pairs(2014, years) == [2015, 2016, 2017, 2018, 2019]
    assert calibration.nearest_pairs(2018, years) == [2019, 2017, 2020, 2016, 2021]
    assert calibration.last_pairs(2020, years) == [2016, 2017, 2018, 2019]
    assert calibration.last_pairs(2016, years) == []


def test_changes_as_the_model_makes_them_keep_the_bounds() -> None:
    rng = np.random.default_rng(20120331)
    shape = (150, len(official_figures.YEARS))
    n = np.repeat(np.exp(rng.normal(11, 0.6, shape[0]))[:, None], shape[1], axis=1)
    steps = 0.12 * rng.standard_t(8, shape)
    x = rng.poisson(n * 0.01 * np.exp(np.cumsum(steps, axis=1))).astype(float)
    codes = tuple(f"E06{number:06d}" for number in range(shape[0]))
    figures = Figures("made up", "rate", codes, x, n, x.sum(axis=0), n.sum(axis=0))
    rarity = calibration.judged(figures, calibration.nearest_pairs)["rarity"]
    assert 0.04 < (rarity < 0.05).mean() < 0.065
    assert 0.45 < (rarity < 0.5).mean() < 0.55
    fit = calibration.all_years(figures)
    assert fit.s == pytest.approx(0.12, rel=0.15) and fit.c == pytest.approx(1, abs=0.8)


def test_shares_outside_their_bound_are_named() -> None:
    assert calibration.not_kept({"outside 95": 7.0, "outside 99.8": 0.2, "pairs": 10.0}) == ["outside 95"]


def test_quarters_are_sums_of_three_months_and_gaps_stay() -> None:
    months = [
        (f"referrals_month:{month}", code, year, 1.0 + step)
        for code in ("E06000017", "E92000001")
        for year in official_figures.YEARS[1:]
        for step, month in enumerate(official_figures._MONTHS)
    ]
    months += [("population_mid_year:0_17", "E06000017", year, 1000.0) for year in official_figures.YEARS]
    rows = pd.DataFrame(months, columns=["reference", "area", "year", "value"])
    rows.loc[1, "value"] = np.nan
    quarters = official_figures.quarters(rows)
    assert quarters.x.shape == (1, 48)
    assert np.isnan(quarters.x[0, 0]) and quarters.x[0, 1:5].tolist() == [15, 24, 33, 6]
