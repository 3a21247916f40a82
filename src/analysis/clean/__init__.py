"""Cleaning: raw evidence becomes tidy observations, with every raw cell accounted for."""

from analysis.clean.build import RULES, clean, is_due, read

__all__ = ["RULES", "clean", "is_due", "read"]


def __dir__() -> list[str]:
    return __all__
