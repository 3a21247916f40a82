"""The statistics of the reports: intervals, comparisons, control charts, funnels and trends, on plain numbers.

Pure and vectorised: numbers or arrays in, a number or a small frozen result out. Nothing here knows an indicator, an area or a
file.
"""

from analysis.statistics.arguments import StatisticsError
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
from analysis.statistics.movement_fit import MovementFit, changes_on_scale, fit_usual_movement
from analysis.statistics.multiplicity import FalseDiscoveries, benjamini_hochberg
from analysis.statistics.overdispersion import Overdispersion, overdispersion
from analysis.statistics.poisson_trends import RateTrend, poisson_trend_exact, quasi_poisson_trend
from analysis.statistics.rank_trends import RankTrend, mann_kendall, seasonal_mann_kendall
from analysis.statistics.rounding import round_half_up
from analysis.statistics.shrinkage import Shrunk, shrink

__all__ = [
    "CHART_FROM",
    "REFUSED_KINDS",
    "RULE_WINDOWS",
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
    "Overdispersion",
    "RankTrend",
    "RateTrend",
    "RateTrends",
    "SeriesKind",
    "SeriesKindError",
    "Shrunk",
    "StatisticsError",
    "benjamini_hochberg",
    "changes_on_scale",
    "detectable_difference",
    "detectable_ratio",
    "fit_usual_movement",
    "funnel_flags",
    "funnel_limits",
    "mann_kendall",
    "overdispersion",
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
    "xmr",
]


def __dir__() -> list[str]:
    return __all__
