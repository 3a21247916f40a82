"""Timings of what people wait for: `python -m bench` runs all, `python -m bench statistics` one."""
