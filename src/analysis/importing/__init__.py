"""Importing official statistics: files as published are checked, kept as received and built into the tidy table."""
