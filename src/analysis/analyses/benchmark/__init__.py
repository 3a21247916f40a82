"""Benchmark: an area held against others that leave it out, per population or as a share, never as raw counts."""

from analysis.analyses.benchmark.area_funnel import FUNNEL_FROM, funnel, ranking
from analysis.analyses.benchmark.comparators import NEIGHBOURS, compared, neighbours, references
from analysis.analyses.benchmark.peers import against_others, coverage, members, peers, values

__all__ = [
    "FUNNEL_FROM",
    "NEIGHBOURS",
    "against_others",
    "compared",
    "coverage",
    "funnel",
    "members",
    "neighbours",
    "peers",
    "ranking",
    "references",
    "values",
]


def __dir__() -> list[str]:
    return __all__
