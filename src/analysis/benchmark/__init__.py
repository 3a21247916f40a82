"""Benchmark: an area held against others that leave it out, per population or as a share, never as raw counts."""

from analysis.benchmark.beside import against_others, coverage, members, peers, values
from analysis.benchmark.funnel import FUNNEL_FROM, funnel, ranking

__all__ = ["FUNNEL_FROM", "against_others", "coverage", "funnel", "members", "peers", "ranking", "values"]
