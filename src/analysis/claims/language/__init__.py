"""The language of statements: what one asserts, read into a tree and worked out from the figures; nothing is run as code."""

from analysis.claims.language import functions as functions  # which makes its functions known to `evaluate`
