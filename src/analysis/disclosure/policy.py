"""Who may see what: the audiences, the policy for each kind of figure, which counts are small, and how counts are rounded.

The policy is a table (`policies.csv`): audience, kind of figure and origin give a threshold and a rounding. Dominance (one
member who makes up most of a total) is out of scope: the figures count people and events, not amounts.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.errors import SafeguardingError, UnknownNameError


class DisclosureError(SafeguardingError):
    """A figure can't be shown to this audience."""


def check_audience(audience: str) -> str:
    """Return the audience if there is one of that name; raises UnknownNameError, with what there is, for another."""
    _audience(audience)
    return audience


def shows_commentary(audience: str) -> bool:
    """Return whether agencies' own words (commentary, actions, remarks) are shown: free text can't be protected, so not to all.

    Raises UnknownNameError for another audience.
    """
    return _audience(audience)["commentary"] == "yes"


def banner(audience: str) -> tuple[str, str]:
    """Return what stands at the head of every page for this audience: the line itself, and what follows for the reader.

    Raises UnknownNameError for another audience.
    """
    known = _audience(audience)
    return known["banner"], known["rule"]


def packs_folder(audience: str) -> str:
    """Return where packs for this audience lie unless said otherwise. Raises UnknownNameError for another audience."""
    return _audience(audience)["folder"]


def is_exact(audience: str) -> bool:
    """Return whether this audience sees everything as it is. Raises UnknownNameError for another audience."""
    return _audience(audience)["shows"] == "everything"


def policy(audience: str, series: pd.Series, origins: pd.Series) -> pd.DataFrame:
    """Return kind, threshold and rounding of each figure, by its series and origin (published, controlled or returned).

    Counts from 1 to `threshold` − 1 are withheld (threshold 0: none), what is shown is rounded to the nearest `rounding`. The
    first row of the tables that fits is used. Raises DisclosureError for a combination that no row fits: nothing is shown by
    accident.
    """
    check_audience(audience)
    keys = pd.DataFrame({"series": series, "origin": origins})
    rules = [(*key, *_rule(audience, *key)) for key in keys.drop_duplicates().itertuples(index=False, name=None)]
    table = pd.DataFrame(rules, columns=[*keys.columns, "kind", "threshold", "rounding"])
    return keys.merge(table, how="left", on=list(keys.columns)).set_index(series.index)[["kind", "threshold", "rounding"]]


def is_small(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return which counts are small: 1 or more, and below their threshold. Zero is none, and missing is not a number."""
    with np.errstate(invalid="ignore"):
        return (values >= 1) & (values < thresholds)


def rounded(values: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """Return whole numbers rounded to the nearest multiple of their base, half up."""
    return np.floor(values / bases + 0.5) * bases


def known_range(values: np.ndarray, thresholds: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (lowest, highest) of what a count that is shown may be, for a reader who knows the policy.

    A count that is shown is 0 or at its threshold or above, and rounding hides no more than its base less one.
    """
    shown = rounded(values, bases)
    low = np.maximum(np.ceil(shown - bases / 2), np.where(shown > 0, thresholds, 0))
    high = np.ceil(shown + bases / 2) - 1
    zero = (shown == 0) & (thresholds > 0)
    return np.where(zero, 0.0, low), np.where(zero, 0.0, high)


@cache
def audiences() -> pd.DataFrame:
    """Return the audiences, indexed by id, with the group's own name; the frame is shared and not to be changed."""
    table = tables.read("audiences").set_index("id")
    group = catalogue.names()["group"]
    return table.assign(**{column: table[column].str.replace("{group}", group, regex=False) for column in ("title", "banner")})


def _audience(name: str) -> dict[str, str]:
    known = audiences()
    if name not in known.index:
        raise UnknownNameError(f"There is no audience {name!r}: there is {', '.join(known.index)}.")
    return {str(key): str(value) for key, value in known.loc[name].items()}


@cache
def _rule(audience: str, series: str, origin: str) -> tuple[str, int, int]:
    known = {row["id"]: row for row in _rows("series")}[series]
    kind = _first("figure_kinds", {"series": series, "domain": known["domain"], "unit": known["unit"]})["kind"]
    row = _first("policies", {"audience": audience, "kind": kind, "origin": origin})
    return kind, int(row["threshold"]), int(row["rounding"])


@cache
def _rows(table: str) -> list[dict[str, str]]:
    return [{str(key): str(value) for key, value in row.items()} for row in tables.read(table).to_dict("records")]


def _first(table: str, wanted: dict[str, str]) -> dict[str, str]:
    """Return the first row of a table that fits; a star fits everything."""
    for row in _rows(table):
        if all(row[column] in ("*", value) for column, value in wanted.items()):
            return row
    asked = ", ".join(f"{column} {value}" for column, value in wanted.items())
    raise DisclosureError(f"{table}.csv has no row for {asked}, so nothing of it is shown.")
