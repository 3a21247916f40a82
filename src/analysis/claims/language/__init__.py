"""The formula language of statements: a formula is read into a tree and evaluated on the figures; nothing is run as code."""

from analysis.claims.language import functions as functions  # which make their functions known to `evaluate`
from analysis.claims.language import labels as labels
