"""The disclosure policy: the audiences, which counts are small for whom, and how counts are rounded.

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
    """Return the name of an audience; raises UnknownNameError, which lists the known names, for another."""
    _audience(audience)
    return audience


def shows_commentary(audience: str) -> bool:
    """Return whether an audience sees agencies' own words (commentary, actions, remarks). Free text can't be protected.

    Raises UnknownNameError for another audience.
    """
    return _audience(audience)["commentary"] == "yes"


def banner(audience: str) -> tuple[str, str]:
    """Return (the line at the head of every page for this audience, what it means for the reader).

    Raises UnknownNameError for another audience.
    """
    row = _audience(audience)
    return row["banner"], row["rule"]


def packs_folder(audience: str) -> str:
    """Return the folder for packs for this audience, unless another is given. Raises UnknownNameError for another audience."""
    return _audience(audience)["folder"]


def is_exact(audience: str) -> bool:
    """Return whether this audience sees every figure exactly. Raises UnknownNameError for another audience."""
    return _audience(audience)["shows"] == "everything"


def reads(audience: str) -> tuple[str, ...]:
    """Return the audiences whose packs a reader of this one may hold, its own among them. Raises UnknownNameError for another.

    >>> reads("seg"), reads("public")
    (('seg', 'public'), ('public',))
    """
    return tuple(_audience(audience)["reads"].split())


def above(audience: str) -> tuple[str, ...]:
    """Return the protected audiences whose readers hold this audience's packs besides their own, who sees most first.

    >>> above("public"), above("seg")
    (('seg',), ())
    """
    named = [str(each) for each in audiences().index if each != audience and not is_exact(each) and audience in reads(each)]
    return tuple(sorted(named, key=lambda each: -len(reads(each))))


def rounding(audience: str) -> int:
    """Return what counts of people are rounded to for an audience at most, 1 where none is: figures nearer may be one figure.

    >>> rounding("public"), rounding("seg")
    (5, 1)
    """
    rows = [row for row in _rows("policies") if row["audience"] in (audience, "*")]
    return max(int(row["rounding"]) for row in rows)


def policy(audience: str, series: pd.Series, origins: pd.Series) -> pd.DataFrame:
    """Return kind, threshold and rounding of each figure, by its series and origin (published, controlled or returned).

    Counts from 1 to `threshold` − 1 are withheld (threshold 0: none), and counts that are shown are rounded to the nearest
    `rounding`. The first row of the tables that fits is used. Raises DisclosureError if no row fits, so that nothing is shown by
    accident.
    """
    check_audience(audience)
    keys = pd.DataFrame({"series": series, "origin": origins})
    rules = [(*key, *_rule(audience, *key)) for key in keys.drop_duplicates().itertuples(index=False, name=None)]
    table = pd.DataFrame(rules, columns=[*keys.columns, "kind", "threshold", "rounding"])
    return keys.merge(table, how="left", on=list(keys.columns)).set_index(series.index)[["kind", "threshold", "rounding"]]


def is_small(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return which counts are small: 1 or more, and below their threshold. Zero and missing values are not small."""
    return (values >= 1) & (values < thresholds)


def rounded(values: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """Return whole numbers rounded to the nearest multiple of their base, half up."""
    return np.floor(values / bases + 0.5) * bases


def known_range(values: np.ndarray, thresholds: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (lowest, highest) possible value of a count that is shown, for a reader who knows the policy.

    A count that is shown is 0, or at or above its threshold; rounding to a base leaves as many possible values as the base.
    """
    printed = rounded(values, bases)
    low = np.maximum(np.ceil(printed - bases / 2), np.where(printed > 0, thresholds, 0))
    high = np.ceil(printed + bases / 2) - 1
    is_zero = (printed == 0) & (thresholds > 0)
    return np.where(is_zero, 0.0, low), np.where(is_zero, 0.0, high)


@cache
def audiences() -> pd.DataFrame:
    """Return the audiences, indexed by id, with the group's own name; the frame is shared and not to be changed."""
    table = tables.read("audiences").set_index("id")
    group = catalogue.names()["group"]
    return table.assign(**{column: table[column].str.replace("{group}", group, regex=False) for column in ("title", "banner")})


def _audience(name: str) -> dict[str, str]:
    rows = audiences()
    if name not in rows.index:
        raise UnknownNameError(f"There is no audience {name!r}: there is {', '.join(rows.index)}.")
    return {str(key): str(value) for key, value in rows.loc[name].items()}


@cache
def _rule(audience: str, series: str, origin: str) -> tuple[str, int, int]:
    series_row = {row["id"]: row for row in _rows("series")}[series]
    kind = _first_fitting_row("figure_kinds", {"series": series, "domain": series_row["domain"], "unit": series_row["unit"]})[
        "kind"
    ]
    row = _first_fitting_row("policies", {"audience": audience, "kind": kind, "origin": origin})
    return kind, int(row["threshold"]), int(row["rounding"])


@cache
def _rows(table: str) -> list[dict[str, str]]:
    return [{str(key): str(value) for key, value in row.items()} for row in tables.read(table).to_dict("records")]


def _first_fitting_row(table: str, values: dict[str, str]) -> dict[str, str]:
    """Return the first row of a table that fits; a star fits everything."""
    for row in _rows(table):
        if all(row[column] in ("*", value) for column, value in values.items()):
            return row
    description = ", ".join(f"{column} {value}" for column, value in values.items())
    raise DisclosureError(f"{table}.csv has no row for {description}, so nothing of it is shown.")
