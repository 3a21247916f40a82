"""Why a statement contradicts the figures: its likely cause, found by rules in their order."""
