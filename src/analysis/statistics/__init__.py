"""The statistics of the reports: intervals, comparisons, control charts, funnels and trends, on plain numbers.

Pure and vectorised: numbers or arrays in, a number or a small frozen result out. Nothing here knows an indicator, an area or a
file.
"""

from analysis.statistics.arguments import StatisticsError
from analysis.statistics.between_area_variance import BetweenAreaVariance, between_area_variance
from analysis.statistics.chart_rules import RULE_WINDOWS
from analysis.statistics.comparison import Comparison, proportion_difference, rate_ratio
from analysis.statistics.control_chart import CHART_FROM, REFUSED_KINDS, ControlChart, SeriesKind, SeriesKindError, xmr
from analysis.statistics.detectable import (
    DetectableDifference,
    DetectableRatio,
    detectable_difference,
    detectable_ratio,
)
from analysis.statistics.finite_population import sample_interval
from analysis.statistics.funnel import FunnelFlags, FunnelKind, FunnelLimits, funnel_flags, funnel_limits
from analysis.statistics.intervals import Interval, proportion_interval, rate_interval
from analysis.statistics.many_trends import RateTrends, quasi_poisson_trends
from analysis.statistics.movement_fit import MovementFit, fit_usual_movement
from analysis.statistics.movement_scale import changes_on_scale, figures_on_scale
from analysis.statistics.multiplicity import FalseDiscoveries, benjamini_hochberg
from analysis.statistics.own_history import OwnHistory, own_history
from analysis.statistics.poisson_trends import RateTrend, poisson_trend_exact, quasi_poisson_trend
from analysis.statistics.rank_trends import RankTrend, mann_kendall, seasonal_mann_kendall
from analysis.statistics.rounding import round_half_up
from analysis.statistics.shrinkage import Shrunk, shrink
from analysis.statistics.unlike_neighbours import NEIGHBOURS_FROM, UnlikeNeighbours, unlike_neighbours
from analysis.statistics.usual_movement import UsualChange, UsualRange, usual_change, usual_range
from analysis.statistics.usual_slope import SLOPE_FROM, UsualSlope, usual_slope

__all__ = [
    "CHART_FROM",
    "NEIGHBOURS_FROM",
    "REFUSED_KINDS",
    "RULE_WINDOWS",
    "SLOPE_FROM",
    "BetweenAreaVariance",
    "Comparison",
    "ControlChart",
    "DetectableDifference",
    "DetectableRatio",
    "FalseDiscoveries",
    "FunnelFlags",
    "FunnelKind",
    "FunnelLimits",
    "Interval",
    "MovementFit",
    "OwnHistory",
    "RankTrend",
    "RateTrend",
    "RateTrends",
    "SeriesKind",
    "SeriesKindError",
    "Shrunk",
    "StatisticsError",
    "UnlikeNeighbours",
    "UsualChange",
    "UsualRange",
    "UsualSlope",
    "benjamini_hochberg",
    "between_area_variance",
    "changes_on_scale",
    "detectable_difference",
    "detectable_ratio",
    "figures_on_scale",
    "fit_usual_movement",
    "funnel_flags",
    "funnel_limits",
    "mann_kendall",
    "own_history",
    "poisson_trend_exact",
    "proportion_difference",
    "proportion_interval",
    "quasi_poisson_trend",
    "quasi_poisson_trends",
    "rate_interval",
    "rate_ratio",
    "round_half_up",
    "sample_interval",
    "seasonal_mann_kendall",
    "shrink",
    "unlike_neighbours",
    "usual_change",
    "usual_range",
    "usual_slope",
    "xmr",
]


def __dir__() -> list[str]:
    return __all__
