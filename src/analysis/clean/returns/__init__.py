"""Agencies' returns: the observations and actions of every stored version, and the receipts."""
