"""What stands around the figures of every exhibit: definition, source, base, and the cell that each was printed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, wording
from analysis.catalogue.source_lines import by_producer
from analysis.scope import Scope

_POLARITY = {
    "high_is_good": "A higher figure is better.",
    "low_is_good": "A lower figure is better.",
    "band": "Neither a high nor a low figure is good by itself.",
    "neutral": "A higher figure is neither better nor worse.",
}
_UNCERTAINTY = {
    "poisson": "The 95% interval shows how far chance alone moves a count of this size: exact Poisson limits below 10 events, "
    "Byar's from 10.",
    "binomial": "The 95% interval shows how far chance alone moves a share with a base of this size (Wilson's method).",
    "census": "A census counts everybody, so no interval is given.",
    "none": "",
}
_RELEASE = re.compile(r"([^ ]+?)/[^/]+?\.(?:csv|xlsx)#")
PLACE = ("Place", "Usual for one like them")  # headings of where a figure lies among others, as its sentence says it
_FILES = {"claims": "Text of the report (claims)"}  # statements of its prose; other files are named by what they hold
_CELL = re.compile(r"(?:[^/ ]+/)*([a-z0-9-]+)\.csv#cell=(\d+),(\d+)")


def target(indicator: str) -> str:
    """Return the indicator's target in words, "90%" or "10 to 15"; empty where the Boards have set none."""
    entry = catalogue.indicators().loc[indicator]
    return entry["target"] + ("%" if entry["target"] and entry["unit"] == "percent" else "")


def definition(indicator: str) -> tuple[tuple[str, str], ...]:
    """Return the terms under a table: definition, code, who reports it, polarity, target and its source, uncertainty, caveats."""
    entry = catalogue.indicators().loc[indicator]
    terms = (
        ("Definition", entry["definition"]),
        ("National indicator", entry["ni_code"]),
        ("Reported by", entry["agency"]),
        ("How to read it", _POLARITY[entry["polarity"]]),
        ("Target", f"{target(indicator)}: {entry['target_source']}" if entry["target"] else ""),
        ("Uncertainty", _UNCERTAINTY[entry["uncertainty"]]),
        ("Caution", entry["caveats"]),
    )
    return tuple((term, text) for term, text in terms if text)


def source_line(sources: pd.Series, scope: Scope) -> str:
    """Return the producers and titles behind a column of source cells, each once, with the licence where it is an open one.

    What the licence asks to be said stands once at a page's foot.
    """
    files = {release for source in sources.dropna().unique() for release in _RELEASE.findall(source)}
    lines = []
    for release in sorted(files):
        origin = scope.origins[release]
        licence = f", {origin['licence']}" if origin["licence"].startswith("Open Government") else ""
        lines.append(f"{origin['producer']}, {origin['title']}{licence}")
    return "; ".join(by_producer(lines)) + "."


def printed_at(source: str) -> str:
    """Return source cells in short: "Figure 1 row 7, column 2 ÷ Figure 1 row 5, column 2"."""
    short = _CELL.sub(
        lambda cell: f"{_FILES.get(cell[1]) or cell[1].replace('-', ' ').capitalize()} row {cell[2]}, column {cell[3]}", source
    )
    return short.replace(" / ", " ÷ ")


def unit_heading(indicator: str) -> str:
    """Return the heading of a column of the indicator's values: "Number", "Percentage", "Pounds" or "Per 10,000"."""
    entry = catalogue.indicators().loc[indicator]
    words = {"count": "Number", "percent": "Percentage", "pounds": "Pounds"}
    return words.get(entry["unit"], f"Per {wording.number(entry['per'])}")


def measured(indicator: str) -> str:
    """Return the indicator's title with its unit: a number and a percentage of the same thing have one title."""
    title, unit = catalogue.indicators().at[indicator, "title"], wording.lower_first(unit_heading(indicator))
    return title if unit in title else f"{title}, {unit}"


@cache
def _printed_as(indicator: str) -> tuple[str, int]:
    entry = catalogue.indicators().loc[indicator]
    return str(entry["unit"]), int(entry["decimals"])


def value(indicator: str, figure: float, status: str = "final") -> str:
    """Return a figure of the indicator in words, with its sign or unit."""
    unit, decimals = _printed_as(indicator)
    return wording.value(figure, unit, decimals, status)


def bare(indicator: str, figure: float, status: str = "final") -> str:
    """Return a figure of the indicator as a cell shows it: the unit stands in the heading."""
    return wording.value(figure, "count", _printed_as(indicator)[1], status)


def interval(indicator: str, lower: float, upper: float) -> str:
    """Return an interval as a cell shows it; empty where there is none."""
    if pd.isna(lower) or pd.isna(upper):
        return ""
    return f"{bare(indicator, lower)} to {bare(indicator, upper)}"


def anchors(identity: str, names: Iterable[str]) -> dict[int, str]:
    """Return {row: id} of a table's rows, for the first row on each subject: "<the exhibit's id>--<subject>".

    `names` are the series or indicators of the rows; one that is no indicator has no subject.
    """
    found: dict[str, int] = {}
    for row, name in enumerate(names):
        if name in catalogue.indicators().index:
            found.setdefault(catalogue.subject(name), row)
    return {row: f"{identity}--{subject}" for subject, row in found.items()}


def count(figure: float) -> str:
    """Return a numerator or base as a cell shows it; empty where the source doesn't print it."""
    return "" if pd.isna(figure) else wording.number(figure)


def period_words(period: str, status: str = "final") -> str:
    """Return the label of a period in a row's heading, marked where its figure was revised."""
    return periods.label(period) + (" [r]" if status == "revised" else "")
