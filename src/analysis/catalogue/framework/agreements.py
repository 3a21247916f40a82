"""What each agency has agreed to report: the statements of the seven categories, and the figures that each statement needs.

A statement names indicators, and an agency is asked for the figures that these indicators are made of. So a new statement
about existing series is one row of `statements.csv`, and a new agency is one row of `agencies.csv`.
"""

from __future__ import annotations

import hashlib
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.errors import SafeguardingError, UnknownNameError

EVERY_AGENCY = "*"
OWN = "agency"  # the dimension of series in which each agency reports its own figures
REQUEST_COLUMNS = ("key", "subject", "form", "statement", "series", "category", "area", "period", "unit")
# Statements of these frequencies are requested in returns; the others come from a published report or a census.
_RETURN_FREQUENCIES = ("quarterly", "annual")


@cache
def agencies() -> pd.DataFrame:
    """Return the agencies, indexed by id, columns as in `agencies.csv`; the frame is shared: don't change it."""
    return tables.read("agencies").set_index("id")


@cache
def statements() -> pd.DataFrame:
    """Return the statements, indexed by id, columns as in `statements.csv`; the frame is shared: don't change it."""
    return tables.read("statements").set_index("id")


@cache
def categories() -> dict[str, str]:
    """Return {category: title} for the seven categories of the framework, in their order."""
    table = tables.read("framework_categories")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def counting() -> dict[str, str]:
    """Return {series: how it is counted} from `counting.csv`: who counts, by which date, what is left out, and the edge case."""
    table = tables.read("counting")
    return dict(zip(table["series"], table["rule"] + " " + table["edge"], strict=True))


def check_agency(agency: str) -> str:
    """Return the agency's id if it is known; raises UnknownNameError with the known ids."""
    return catalogue.check_known(agency, agencies().index, "agency")


def title(agency: str) -> str:
    """Return the name of an agency as readers see it; raises UnknownNameError for an unknown one."""
    return str(agencies().at[check_agency(agency), "title"])


def returning(period: str) -> list[str]:
    """Return the agencies that send a return for `period`, in the order of the table; none if it isn't a quarter."""
    if periods.kind(period) != "quarter":
        return []
    return [agency for agency in agencies().index if not asked(agency, period).empty]


def check_quarter(period: str) -> str:
    """Return the period if it is a quarter; raises UnknownNameError for a year or a date, for which there are no returns."""
    if periods.kind(period) != "quarter":
        raise UnknownNameError(f"Returns are of quarters, such as 2013-14-Q1, not of {period!r}.")
    return period


@cache
def asked(agency: str, period: str) -> pd.DataFrame:
    """Return the figures that an agency returns for a quarter, one row each, in REQUEST_COLUMNS, by subject.

    `key` identifies the figure: `series:category@area`. `period` is the period of the figure: the quarter, the last day of the
    quarter for a snapshot, and in the fourth quarter also the year or 31 March for figures that are requested once a year. A
    figure that several statements need is requested once. The frame is shared: don't change it.

    Raises UnknownNameError for an unknown agency or a period that is no quarter.
    """
    entry = agencies().loc[check_agency(agency)]
    check_quarter(period)
    rows = []
    if _is_in_force(entry, period):
        for name, statement in statements().iterrows():
            if (
                statement["frequency"] in _RETURN_FREQUENCIES
                and _is_in_force(statement, period)
                and _reports(agency, entry, statement)
            ):
                rows += _requested_rows(str(name), statement, agency, entry, period)
    frame = pd.DataFrame(rows, columns=list(REQUEST_COLUMNS)).drop_duplicates("key")
    order = {subject: number for number, subject in enumerate(dict.fromkeys(frame["subject"]))}
    return frame.sort_values("subject", key=lambda subjects: subjects.map(order), kind="stable", ignore_index=True)


def digest(agency: str, period: str) -> str:
    """Return twelve hex digits that change when the figures requested from the agency change: a template states its agreement."""
    keys = "\n".join(asked(agency, period)["key"])
    return hashlib.sha256(f"{agency}\n{period}\n{keys}".encode()).hexdigest()[:12]


def own_category(agency: str) -> str:
    """Return the category of an agency's own figures in series that every agency reports."""
    return agency.replace("-", "_")


def _is_in_force(entry: pd.Series, period: str) -> bool:
    first, last = entry["from_period"], entry["to_period"]
    has_started = not first or periods.order(first) <= periods.order(period)
    return has_started and (not last or periods.order(period) <= periods.order(last))


def _reports(agency: str, entry: pd.Series, statement: pd.Series) -> bool:
    reporters = statement["reporters"].split()
    return agency in reporters or entry["sector"] in reporters or (EVERY_AGENCY in reporters and entry["areas"] != "")


def _requested_rows(name: str, statement: pd.Series, agency: str, entry: pd.Series, period: str) -> list[dict[str, str]]:
    annual = statement["frequency"] == "annual"
    if annual and not period.endswith("Q4"):
        return []
    all_series, rows = catalogue.series(), []
    area_codes = statement["area"].split() or entry["areas"].split()
    for series, category in _figures_of_indicators(statement["indicators"], agency):
        snapshot = all_series.at[series, "kind"] == "snapshot"
        figure_period = periods.year_end(period) if annual and snapshot else periods.end(period) if snapshot else period
        figure_period = periods.year_of(period) if annual and not snapshot else figure_period
        for area in area_codes:
            key = f"{series}:{category}@{area}"
            values = (
                key,
                statement["subject"],
                statement["form"],
                name,
                series,
                category,
                area,
                figure_period,
                all_series.at[series, "unit"],
            )
            rows.append(dict(zip(REQUEST_COLUMNS, values, strict=True)))
    return rows


@cache
def _figures_of_indicators(indicators: str, agency: str) -> tuple[tuple[str, str], ...]:
    """Return the (series, category) pairs that indicators are made of, bases before their parts, without populations."""
    all_indicators, figures = catalogue.indicators(), []
    for name in indicators.split():
        for side in ("denominator", "numerator"):
            for term in catalogue.terms(all_indicators.at[name, side]):
                if catalogue.series().at[term.series, "domain"] != "census":
                    figures += [(term.series, category) for category in _requested_categories(term, agency)]
    return tuple(dict.fromkeys(figures))


def _requested_categories(term: catalogue.Term, agency: str) -> list[str]:
    if term.category != catalogue.SAME_CATEGORY:
        return [term.category]
    if catalogue.series().at[term.series, "dimension"] == OWN:
        return [own_category(agency)]
    breakdowns = tables.read("breakdowns")
    listed = breakdowns.loc[breakdowns["series"] == term.series, "category"].tolist()
    if not listed:
        raise SafeguardingError(f"breakdowns.csv gives no categories for {term.series!r}, which a return asks for by category.")
    return listed
