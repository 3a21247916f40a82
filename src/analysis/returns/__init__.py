"""Agencies' returns: templates go out, what comes back is judged, and kept as it came or sent back with remarks."""
