"""Cleaning: raw files become tidy observations, and the fate of every raw cell is recorded."""

from analysis.clean.build import RULES, clean, is_due, read

__all__ = ["RULES", "clean", "is_due", "read"]


def __dir__() -> list[str]:
    return __all__
