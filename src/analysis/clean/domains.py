"""The domains: what the figures of each must be like on the way out of cleaning; one that breaks a rule stops the run."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas
from analysis.errors import DataError

# What a quarterly return of an authority can't be without: the first stage of the flow and the last that is counted in it.
_CHILDREN_NEED = ("contacts", "referrals", "section_47_enquiries")


def census(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the census observations. Stops unless each population is above 0 and its two ages add up to it exactly."""
    figures = _of_domain(observations, "census")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    tables = figures[(figures["series"] == "population") & figures["release"].str.startswith("census-")]
    _check_all_there(tables, "population", "category", {"all", "0_17", "18_and_over"})
    by_age = tables.pivot(index=["area", "period"], columns="category", values="value")
    adds_up = by_age["0_17"] + by_age["18_and_over"] == by_age["all"]
    wrong = adds_up.index[~adds_up]
    # A census table is the publisher's own arithmetic: one that doesn't add up has been typed wrongly.
    _check_rows(
        tables,
        pd.Series([(a, p) not in wrong for a, p in zip(tables["area"], tables["period"], strict=True)], tables.index),
        "the two ages to add up to all ages",
    )
    return figures


def children(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the children's observations. Stops on a negative count, a share outside 0 to 100 %, or a missing stage."""
    figures = _of_domain(observations, "children")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    _check_rows(figures, (_units(figures) != "percent") | (figures["value"] <= 100), "a percentage up to 100%")
    for series in _CHILDREN_NEED:
        _check_all_there(figures, series, "area", set(figures.loc[figures["series"] == "contacts", "area"]))
    return figures


def adults(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the adults' observations.

    Leicestershire breaks its referrals down as received; Rutland's breakdowns are of referrals closed: two sets of series, and
    nothing compares one with the other.

    Stops on a negative count, a share outside 0 to 100 %, or an area whose breakdown is given on both bases at once.
    """
    figures = _of_domain(observations, "adults")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    _check_rows(figures, (_units(figures) != "percent") | (figures["value"] <= 100), "a percentage up to 100%")
    received = set(figures.loc[figures["series"] == "adult_referrals_client_type", "area"])
    both = (figures["series"] == "adult_completed_client_type") & figures["area"].isin(received)
    _check_rows(figures, ~both, "client types on one base (received or closed) in one area")
    return figures


def dols(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the DoLS observations. Stops on a negative or broken count, or a partnership's total without its members.

    To March 2013 primary care trusts decide on hospitals, so a council's figure alone undercounts its residents.
    """
    figures = _of_domain(observations, "dols")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    _check_rows(figures, (_units(figures) != "count") | (figures["value"] % 1 == 0), "a whole number")
    for total in figures["area"].unique():
        _check_all_there(figures, "dols_referrals", "area", set(areas.members(total)))
    return figures


def governance(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the governance observations. Stops on income that isn't below 0, spending that isn't above, or a share over 100 %.

    The budget prints income with a minus sign and expenditure without; both stay as printed.
    """
    figures = _of_domain(observations, "governance")
    income = figures["series"].str.startswith("board_income")
    _check_rows(figures, ~income | (figures["value"] < 0), "income below 0, as the budget prints it")
    _check_rows(figures, income | (figures["value"] >= 0), "a number of at least 0")
    _check_rows(figures, (_units(figures) != "percent") | (figures["value"] <= 100), "a percentage up to 100%")
    return figures


def _of_domain(observations: pd.DataFrame, domain: str) -> pd.DataFrame:
    """Return the observations whose series belong to the domain; raises DataError when a source has none of them."""
    known = catalogue.series()
    figures = observations[observations["series"].map(known["domain"]) == domain]
    if figures.empty:
        raise DataError("raw data", found=f"no figure for the domain {domain!r}", expected="at least one")
    return figures


def _check_rows(observations: pd.DataFrame, holds: pd.Series, expected: str) -> None:
    """Raise DataError naming the first source cell for which `holds` is false; `expected` says what was."""
    broken = observations[~holds & observations["value"].notna()]
    if not broken.empty:
        row = broken.iloc[0]
        figure = f"{row['value']:g} for {row['series']}, {row['category']}, {row['period']}"
        raise DataError(str(row["source"]), found=figure, expected=expected)


def _check_all_there(observations: pd.DataFrame, series: str, dimension: str, wanted: set[str]) -> None:
    """Raise DataError unless the series has a row for each of the `wanted` values of a column."""
    missing = wanted - set(observations.loc[observations["series"] == series, dimension])
    if missing:
        found = f"no row of {series} for the {dimension} {', '.join(sorted(missing))}"
        raise DataError("raw data", found=found, expected="one each")


def _units(observations: pd.DataFrame) -> pd.Series:
    """Return the unit of each observation's series, aligned with it."""
    return observations["series"].map(catalogue.series()["unit"])


CHECKED = (census, children, adults, dols, governance)  # in the order in which their figures are put together


def held_in(observations: pd.DataFrame) -> tuple[Callable[[pd.DataFrame], pd.DataFrame], ...]:
    """Return those of CHECKED whose domain has a figure.

    A printed report has figures of every domain, so that none at all is a mistake; agencies' returns need not.
    """
    held = set(observations["series"].map(catalogue.series()["domain"]))
    return tuple(each for each in CHECKED if each.__name__ in held)
