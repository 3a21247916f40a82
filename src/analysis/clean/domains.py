"""Rules that the figures of each domain must keep after cleaning; a figure that breaks one stops the run."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas
from analysis.errors import DataError

# Every authority with contacts must have these series: the first stages of the flow and the last one that is counted.
_REQUIRED_OF_CHILDREN = ("contacts", "referrals", "section_47_enquiries")


def census(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the census observations. Stops unless each population is above 0 and its two ages add up to it exactly."""
    figures = _of_domain(observations, "census")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    census_tables = figures[(figures["series"] == "population") & figures["release"].str.startswith("census-")]
    _check_complete(census_tables, "population", "category", {"all", "0_17", "18_and_over"})
    by_age = census_tables.pivot(index=["area", "period"], columns="category", values="value")
    adds_up = by_age["0_17"] + by_age["18_and_over"] == by_age["all"]
    inconsistent = adds_up.index[~adds_up]
    # The publisher's own sums are right, so a census table that doesn't add up has a typing error.
    _check_rows(
        census_tables,
        pd.Series(
            [(a, p) not in inconsistent for a, p in zip(census_tables["area"], census_tables["period"], strict=True)],
            census_tables.index,
        ),
        "the two ages to add up to all ages",
    )
    return figures


def children(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the children's observations. Stops on a negative count, a share outside 0 to 100 %, or a missing stage."""
    figures = _of_domain(observations, "children")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    _check_rows(figures, (_units(figures) != "percent") | (figures["value"] <= 100), "a percentage up to 100%")
    for series in _REQUIRED_OF_CHILDREN:
        _check_complete(figures, series, "area", set(figures.loc[figures["series"] == "contacts", "area"]))
    return figures


def adults(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the adults' observations.

    Leicestershire's breakdowns are of referrals received, Rutland's of referrals closed: two sets of series, never compared.

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
    """Return the DoLS observations. Stops on a count that is negative or not whole, or a partnership's total without its members.

    Until March 2013 primary care trusts decided for hospitals, so a council's figure alone leaves out some of its residents.
    """
    figures = _of_domain(observations, "dols")
    _check_rows(figures, figures["value"] >= 0, "a number of at least 0")
    _check_rows(figures, (_units(figures) != "count") | (figures["value"] % 1 == 0), "a whole number")
    for total in figures["area"].unique():
        _check_complete(figures, "dols_referrals", "area", set(areas.members(total)))
    return figures


def governance(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the governance observations. Stops on income that isn't below 0, negative spending, or a share over 100 %.

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
    all_series = catalogue.series()
    figures = observations[observations["series"].map(all_series["domain"]) == domain]
    if figures.empty:
        raise DataError("raw data", found=f"no figure for the domain {domain!r}", expected="at least one")
    return figures


def _check_rows(observations: pd.DataFrame, holds: pd.Series, expected: str) -> None:
    """Raise DataError naming the first source cell for which `holds` is false; `expected` completes its message."""
    failing = observations[~holds & observations["value"].notna()]
    if not failing.empty:
        row = failing.iloc[0]
        figure = f"{row['value']:g} for {row['series']}, {row['category']}, {row['period']}"
        raise DataError(str(row["source"]), found=figure, expected=expected)


def _check_complete(observations: pd.DataFrame, series: str, dimension: str, required: set[str]) -> None:
    """Raise DataError unless the series has a row for each of the `required` values of a column."""
    missing = required - set(observations.loc[observations["series"] == series, dimension])
    if missing:
        found = f"no row of {series} for the {dimension} {', '.join(sorted(missing))}"
        raise DataError("raw data", found=found, expected="one each")


def _units(observations: pd.DataFrame) -> pd.Series:
    """Return the unit of each observation's series, aligned with it."""
    return observations["series"].map(catalogue.series()["unit"])


DOMAIN_CHECKS = (census, children, adults, dols, governance)  # in the order in which their figures are put together


def checks_of(observations: pd.DataFrame) -> tuple[Callable[[pd.DataFrame], pd.DataFrame], ...]:
    """Return those of DOMAIN_CHECKS whose domain has a figure.

    A printed report has figures of every domain, so that none at all is a mistake; agencies' returns need not.
    """
    present = set(observations["series"].map(catalogue.series()["domain"]))
    return tuple(each for each in DOMAIN_CHECKS if each.__name__ in present)
