"""The release gate: what may leave, rule by rule (`gate_rules.csv`); what it can't look through stays out."""

from analysis.disclosure.gate import front
from analysis.disclosure.gate.check import check, hold_back
from analysis.disclosure.gate.notebooks import FILE as NOTEBOOKS
from analysis.disclosure.gate.notebooks import outputs, with_links, without_charts
from analysis.disclosure.gate.release_record import cells
from analysis.disclosure.gate.rules import Broken, HeldBackError, rules
from analysis.disclosure.gate.seal import unverified

__all__ = [
    "NOTEBOOKS",
    "Broken",
    "HeldBackError",
    "cells",
    "check",
    "front",
    "hold_back",
    "outputs",
    "rules",
    "unverified",
    "with_links",
    "without_charts",
]
