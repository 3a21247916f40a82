"""How often the whole cries out when nothing but the usual happens: score cards and control charts.

The pure functions are simulated in `statistics/test_simulation.py`, and calibrated on real authorities by `bench calibration`; here
the same goes through `findings.judge`, `scorecard.family` and `trend.control`. Bounds are claims, give or take what chance does to
the number of repetitions. The full run (marker `slow`) prints the tables that stand in `docs/methods-evidence.md`.
"""

import sys

import numpy as np
import pandas as pd
import pytest
from made_series import pairs, quarters
from scipy import stats

from analysis import catalogue
from analysis.analyses import trend
from analysis.analyses.findings import STANDS_OUT, judge
from analysis.analyses.movement import movement_of
from analysis.analyses.scorecard.family import stands
from analysis.catalogue import tables

PERIOD = "2012-13-Q4"
RULES = ("beyond_limit", "run", "trend", "two_of_three")
LEVELS = {"count": (40, 130, 400, 1200), "percentage": (150, 400, 1500)}  # events of a year, or the base of a share


def usual_card(rng, cards, planted=0.0):
    """Score cards of indicators with a movement, each moved as its own movement says; one row of each by `planted` more.

    `planted` is a multiple of the half-width of that row's usual 95 % range. Levels are drawn from LEVELS.
    """
    indicators = catalogue.indicators()
    names = [name for name in dict.fromkeys(tables.read("scorecard")["indicator"]) if indicators.at[name, "movement"]]
    frames = []
    for card in range(cards):
        chosen = rng.integers(len(names)) if planted else -1
        for place, name in enumerate(names):
            movement = movement_of(name, "2012-13")
            share = indicators.at[name, "kind"] == "percentage"
            level = int(rng.choice(LEVELS["percentage" if share else "count"]))
            then = int(rng.binomial(level, rng.uniform(0.2, 0.8))) if share else level
            variance = movement.gross_c * (0.5 / level if share else 2 / (then + 0.5)) + movement.gross_s**2
            sd = variance**0.5
            moved = sd * rng.standard_t(movement.gross_freedom)
            if place == chosen:
                moved = planted * sd * stats.t(movement.gross_freedom).ppf(0.975) * rng.choice([-1, 1])
                if share:  # towards the middle, where there is room
                    moved = abs(moved) * (1 if then < level / 2 else -1)
            if share:
                now = round(level * float(np.sin(np.clip(np.arcsin((then / level) ** 0.5) + moved, 0, np.pi / 2)) ** 2))
                frame = pairs(name, now, then, bases=(level, level), area=str(card))
            else:
                frame = pairs(name, round(then * float(np.exp(moved))), then, area=str(card))
            frames.append(frame.assign(planted=place == chosen))
    judged = judge(pd.concat(frames, ignore_index=True).drop(columns="planted"))
    chosen_rows = pd.concat(frames, ignore_index=True).query("planted")[["indicator", "area"]]
    return judged.assign(stands=stands(judged)), chosen_rows


def made_counts(rng, size, points, mean, make, growth=1.0):
    rate = np.broadcast_to(mean * growth ** (np.arange(points) - (points - 1) / 2), (size, points))
    if make == "Poisson":
        return rng.poisson(rate)
    if make == "twice the variance":
        return rng.poisson(rng.gamma(rate, 1.0))
    # The rate wanders: on the logarithm an AR(1) with coefficient 0.7 and standard deviation 0.15.
    wander = rng.normal(0, 0.15, (size, points))
    for point in range(1, points):
        wander[:, point] = 0.7 * wander[:, point - 1] + (1 - 0.7**2) ** 0.5 * wander[:, point]
    return rng.poisson(rate * np.exp(wander))


def as_measures(counts, spans):
    size, points = counts.shape
    flat = counts.ravel().astype(float)
    return pd.DataFrame(
        {
            "indicator": "contacts", "area": np.repeat([f"series {number}" for number in range(size)], points),
            "period": np.tile(np.array(spans, dtype=object), size), "category": "all", "value": flat, "numerator": flat,
            "denominator": np.nan, "status": "final",
        }
    )  # fmt: skip


MAKES = ("Poisson", "twice the variance", "autocorrelated")


def charts(size, means, points=48):
    """Control charts over 48 quarters without change: shares of points marked, of charts with any mark, and of icons."""
    rng = np.random.default_rng(20130401)
    rows = {}
    for make in MAKES:
        for mean in means:
            found = trend.control(as_measures(made_counts(rng, size, points, mean, make), quarters(points)), PERIOD)
            marks = found[list(RULES)].to_numpy(bool).reshape(size, points, 4)
            icons = found["icon"].to_numpy(object).reshape(size, points)[:, -1]
            rows[f"{make}, mean {mean}"] = (
                {f"{rule}, a point": marks[:, :, place].mean() for place, rule in enumerate(RULES)}
                | {f"{rule}, any": marks[:, :, place].any(axis=1).mean() for place, rule in enumerate(RULES)}
                | {"any rule, any": marks.any(axis=(1, 2)).mean(), "icon": (icons != "common cause").mean()}
            )
    return pd.DataFrame.from_dict(rows, orient="index")


def assert_no_more_than(shares, claim, size):
    """Each share keeps within the claim, give or take what one run in 100,000 would show."""
    shares = pd.Series(np.ravel(shares)).dropna()
    allowed = stats.binom.ppf(1 - 1e-5, size, claim) / size
    assert (shares <= allowed).all(), f"claimed {claim}, allowed {allowed:.4f}, found {shares.max():.4f}"


def check_charts(found, size):
    calm = found[~found.index.str.startswith("autocorrelated")]
    assert_no_more_than(calm["icon"], 0.05, size)
    # A fair coin puts a point into a run of seven or more with the chance 8 / 2 ** 7 = 0.0625.
    for rule, claim in zip(RULES, (0.02, 0.0625, 0.01, 0.02), strict=True):
        assert_no_more_than(calm[f"{rule}, a point"], claim, size)  # points of one chart go together: charts are counted
    assert (calm["any rule, any"] < 0.65).all()
    assert (found.loc[~found.index.isin(calm.index) & found.index.str.contains("100"), "icon"] > 0.10).all()


def test_usual_cards_in_small():
    judged, _ = usual_card(np.random.default_rng(1), 60)
    check_usual(judged, 60)


def test_a_planted_change_in_small():
    judged, planted = usual_card(np.random.default_rng(2), 60, planted=2.5)
    check_planted(judged, planted, 60)


def check_usual(judged, cards):
    any_flag = judged.groupby("area")["stands"].any()
    assert_no_more_than([any_flag.mean()], 0.07, cards)


def check_planted(judged, planted, cards):
    flagged = judged[judged["verdict"].isin(STANDS_OUT)][["indicator", "area"]].merge(planted)
    share = len(flagged) / cards
    required = stats.binom.ppf(1e-5, cards, 0.90) / cards
    assert share >= required, f"{share:.3f} of planted changes are unusual, {required:.3f} needed"


@pytest.mark.slow
def test_usual_cards_in_full(capsys):
    judged, _ = usual_card(np.random.default_rng(3), 1_500)
    planted_cards, planted = usual_card(np.random.default_rng(4), 600, planted=2.5)
    with capsys.disabled():
        sys.stdout.write(
            f"\n\nusual cards: {100 * judged.groupby('area')['stands'].any().mean():.1f} % have a flag that stands, "
            f"{100 * judged['verdict'].isin(('unusual', 'very unusual')).mean():.1f} % of rows are unusual; of planted changes "
            f"{100 * len(planted_cards[planted_cards['stands']][['indicator', 'area']].merge(planted)) / 600:.1f} % stand too\n"
        )
    check_usual(judged, 1_500)
    check_planted(planted_cards, planted, 600)


def test_charts_in_small():
    check_charts(charts(150, (20, 100)), 150)


def written(title, table):
    sys.stdout.write(f"\n{title}\n{(100 * table).round(1).to_string(na_rep='')}\n")
    sys.stdout.flush()


@pytest.mark.slow
def test_charts_in_full(capsys):
    size = 5_000
    found = charts(size, (5, 20, 100, 1000))
    with capsys.disabled():
        written(f"Control charts of 48 quarters without change, % ({size:,} series)", found.T)
    check_charts(found, size)
