"""Agencies' returns on their way into the tidy table: the figures of every version, and the receipts."""
