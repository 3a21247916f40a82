"""Cleans, reconciles and compares safeguarding figures; the notebooks and the command `safeguarding` call it."""

__version__ = "0.1.0"
