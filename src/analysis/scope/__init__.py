"""Scope: a notebook's question, checked, with the figures that answer it; and what the reports of a run share."""

from analysis.scope.question import (
    ParameterError,
    Scope,
    check_injected,
    scope,
)

__all__ = [
    "ParameterError",
    "Scope",
    "check_injected",
    "scope",
]


def __dir__() -> list[str]:
    return __all__
