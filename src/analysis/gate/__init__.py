"""The release gate: what may leave, rule by rule (`gate_rules.csv`); what it can't look through stays out."""

from analysis.gate import front
from analysis.gate.check import check, hold_back
from analysis.gate.notebooks import FILE as NOTEBOOKS
from analysis.gate.notebooks import outputs
from analysis.gate.rules import Broken, HeldBackError, rules
from analysis.gate.shown import cells

__all__ = ["NOTEBOOKS", "Broken", "HeldBackError", "cells", "check", "front", "hold_back", "outputs", "rules"]
