"""Cleans, reconciles and compares safeguarding figures; the notebooks and the command `safeguarding` call it.

What an analyst needs is here by its name: `from analysis import benchmark, exhibits, scope, trend`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

# Under which name an analyst finds what; it is loaded when it is asked for, so that the command starts at once.
_PLACES = {
    "benchmark": "analyses.benchmark",
    "catalogue": "catalogue",
    "change": "analyses.change",
    "claims": "claims",
    "clean": "clean",
    "exhibits": "exhibits",
    "explore": "exhibits.explorer",
    "learning": "analyses.learning",
    "measures": "measures",
    "reconcile": "analyses.reconcile",
    "restatements": "analyses.restatements",
    "scope": "scope",
    "scorecard": "analyses.scorecard",
    "statistics": "statistics",
    "store": "store",
    "trend": "analyses.trend",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'analysis' has no {name!r}; it has {', '.join(_PLACES)}.")
    return import_module(f"analysis.{_PLACES[name]}")


def __dir__() -> list[str]:
    return sorted(_PLACES)
