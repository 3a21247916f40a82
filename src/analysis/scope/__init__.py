"""The scope of a notebook: its checked parameters, with the figures that answer them, and what all reports of a run share."""

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
