"""Drafts: statements proposed from the prose of a text, for a person to confirm."""
