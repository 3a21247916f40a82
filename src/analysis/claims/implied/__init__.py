"""Implied claims: what a report's tables say without words, found by rules on its figures and by the labels beside them."""

from analysis.claims.implied.from_figures import implied

__all__ = ["implied"]
