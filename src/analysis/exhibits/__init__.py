"""Exhibits: a chart or a table with its headline, description, source, notes and data. Nothing else draws."""

from analysis.exhibits.accounts import accounts, attendance, tabled
from analysis.exhibits.agency_returns import made_up, restatements, returns_status, still_moving, the_framework, usual_moves
from analysis.exhibits.annual_report import figure, flow, levels, section
from analysis.exhibits.breakdowns import multiples
from analysis.exhibits.comparing import beside, changes, place_findings, unusual_findings
from analysis.exhibits.counts import persons, stocks
from analysis.exhibits.data_quality import differences, disagreements, fates, rules
from analysis.exhibits.glance import at_a_glance
from analysis.exhibits.learning import action_plan, against_targets, budget, in_category, training
from analysis.exhibits.long_series import control_charts, funnels, trend_findings, trend_table
from analysis.exhibits.methods import audiences, breaks, corrections, definitions, peer_sets, sources, ways_of_judging
from analysis.exhibits.official import against_comparators, comparator_sets, comparators_over_time, ground
from analysis.exhibits.over_time import by_quarter, by_year, profile, too_few
from analysis.exhibits.own import bars, lines, table
from analysis.exhibits.parts.context import measured
from analysis.exhibits.parts.exhibit import Exhibit, Point, Points, Sentences, Table, show
from analysis.exhibits.score_table import score_tables
from analysis.exhibits.scorecard import card_summary, judgements, no_commentary, not_held, passed_on
from analysis.exhibits.statements import against_return, errata, unchecked
from analysis.exhibits.statements import summary as statements_summary

__all__ = [
    "Exhibit",
    "Point",
    "Points",
    "Sentences",
    "Table",
    "accounts",
    "action_plan",
    "against_comparators",
    "against_return",
    "against_targets",
    "at_a_glance",
    "attendance",
    "audiences",
    "bars",
    "beside",
    "breaks",
    "budget",
    "by_quarter",
    "by_year",
    "card_summary",
    "changes",
    "comparator_sets",
    "comparators_over_time",
    "control_charts",
    "corrections",
    "definitions",
    "differences",
    "disagreements",
    "errata",
    "fates",
    "figure",
    "flow",
    "funnels",
    "ground",
    "in_category",
    "judgements",
    "levels",
    "lines",
    "made_up",
    "measured",
    "multiples",
    "no_commentary",
    "not_held",
    "passed_on",
    "peer_sets",
    "persons",
    "place_findings",
    "profile",
    "restatements",
    "returns_status",
    "rules",
    "score_tables",
    "section",
    "show",
    "sources",
    "statements_summary",
    "still_moving",
    "stocks",
    "table",
    "tabled",
    "the_framework",
    "too_few",
    "training",
    "trend_findings",
    "trend_table",
    "unchecked",
    "unusual_findings",
    "usual_moves",
    "ways_of_judging",
]


def __dir__() -> list[str]:
    return __all__
