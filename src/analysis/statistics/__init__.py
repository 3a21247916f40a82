"""The statistics of the reports: intervals, comparisons, control charts, funnels and trends, on plain numbers.

Pure and vectorised: numbers or arrays in, a number or a small frozen result out. Nothing here knows an indicator, an area or a
file.
"""

from analysis.statistics.arguments import StatisticsError
from analysis.statistics.between_area_variance import BetweenAreaVariance, between_area_variance
from analysis.statistics.chart_rules import RULE_WINDOWS
from analysis.statistics.comparison import Comparison, proportion_difference, rate_ratio
from analysis.statistics.control_chart import CHART_FROM, REFUSED_KINDS, ControlChart, SeriesKind, SeriesKindError, xmr
from analysis.statistics.finite_population import sample_interval
from analysis.statistics.funnel import FunnelFlags, FunnelKind, FunnelLimits, funnel_flags, funnel_limits
from analysis.statistics.intervals import Interval, proportion_interval, rate_interval
from analysis.statistics.movement_fit import FIT_FROM, MovementFit, fit_usual_movement
from analysis.statistics.movement_scale import changes_on_scale, figures_on_scale
from analysis.statistics.multiplicity import FalseDiscoveries, benjamini_hochberg
from analysis.statistics.own_history import OwnHistory, own_history
from analysis.statistics.rounding import round_half_up
from analysis.statistics.shrinkage import Shrunk, shrink
from analysis.statistics.unlike_neighbours import NEIGHBOURS_FROM, UnlikeNeighbours, unlike_neighbours
from analysis.statistics.usual_movement import QUARTER_BEFORE, SAME_QUARTER, UsualChange, UsualRange, usual_change, usual_range
from analysis.statistics.usual_slope import QUARTERS_EXPONENT, SLOPE_FROM, YEARS_EXPONENT, UsualSlope, usual_slope

__all__ = [
    "CHART_FROM",
    "FIT_FROM",
    "NEIGHBOURS_FROM",
    "QUARTERS_EXPONENT",
    "QUARTER_BEFORE",
    "REFUSED_KINDS",
    "RULE_WINDOWS",
    "SAME_QUARTER",
    "SLOPE_FROM",
    "YEARS_EXPONENT",
    "BetweenAreaVariance",
    "Comparison",
    "ControlChart",
    "FalseDiscoveries",
    "FunnelFlags",
    "FunnelKind",
    "FunnelLimits",
    "Interval",
    "MovementFit",
    "OwnHistory",
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
    "figures_on_scale",
    "fit_usual_movement",
    "funnel_flags",
    "funnel_limits",
    "own_history",
    "proportion_difference",
    "proportion_interval",
    "rate_interval",
    "rate_ratio",
    "round_half_up",
    "sample_interval",
    "shrink",
    "unlike_neighbours",
    "usual_change",
    "usual_range",
    "usual_slope",
    "xmr",
]


def __dir__() -> list[str]:
    return __all__
