"""What each agency has agreed to report: statements of the seven categories, and the figures that each of them needs.

A statement names indicators; the figures that an agency is asked for are those that the indicators are made of. So a new
statement over series that exist is one row of `statements.csv`, and a new agency one row of `agencies.csv`.
"""

from __future__ import annotations

import hashlib
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.errors import SafeguardingError, UnknownNameError

EVERYBODY = "*"
OWN = "agency"  # the dimension of series that every agency gives for itself
ASKED_COLUMNS = ("key", "subject", "form", "statement", "series", "category", "area", "period", "unit")
# What is asked in a return; the others come with a published report or a census.
_IN_RETURNS = ("quarterly", "annual")


@cache
def agencies() -> pd.DataFrame:
    """Return the agencies, indexed by id, columns as in `agencies.csv`; the frame is shared and not to be changed."""
    return tables.read("agencies").set_index("id")


@cache
def statements() -> pd.DataFrame:
    """Return the statements, indexed by id, columns as in `statements.csv`; the frame is shared and not to be changed."""
    return tables.read("statements").set_index("id")


@cache
def categories() -> dict[str, str]:
    """Return {category: its words}, the seven of the framework in their order."""
    table = tables.read("framework_categories")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def counting() -> dict[str, str]:
    """Return {series: how it is counted}: whose, from which date, what is left out, and the edge case, from `counting.csv`."""
    table = tables.read("counting")
    return dict(zip(table["series"], table["rule"] + " " + table["edge"], strict=True))


def check_agency(given: str) -> str:
    """Return the agency's id if it is known; raises UnknownNameError with all there is."""
    return catalogue.check_known(given, agencies().index, "agency")


def title(agency: str) -> str:
    """Return the name of an agency as readers see it; raises UnknownNameError for an unknown one."""
    return str(agencies().at[check_agency(agency), "title"])


def returning(period: str) -> list[str]:
    """Return the agencies that send a return for `period`, in the order of the table: none where it is no quarter."""
    if periods.kind(period) != "quarter":
        return []
    return [agency for agency in agencies().index if not asked(agency, period).empty]


def check_quarter(period: str) -> str:
    """Return the period if it is a quarter; raises UnknownNameError for a year or a date, which no return is of."""
    if periods.kind(period) != "quarter":
        raise UnknownNameError(f"Returns are of quarters, such as 2013-14-Q1, not of {period!r}.")
    return period


@cache
def asked(agency: str, period: str) -> pd.DataFrame:
    """Return the figures that an agency returns for a quarter, one row each, in ASKED_COLUMNS, by subject.

    `key` names the figure for machines, `series:category@area`; `period` is the one that the figure is of: the quarter, the
    date of its end for what is counted at a date, and in the fourth quarter also the year or 31 March for what is asked once
    a year. A figure that serves several statements is asked once. The frame is shared and not to be changed.

    Raises UnknownNameError for an unknown agency or a period that is no quarter.
    """
    entry = agencies().loc[check_agency(agency)]
    check_quarter(period)
    rows = []
    if _runs(entry, period):
        for name, statement in statements().iterrows():
            if statement["frequency"] in _IN_RETURNS and _runs(statement, period) and _reports(agency, entry, statement):
                rows += _figures(str(name), statement, agency, entry, period)
    frame = pd.DataFrame(rows, columns=list(ASKED_COLUMNS)).drop_duplicates("key")
    order = {subject: number for number, subject in enumerate(dict.fromkeys(frame["subject"]))}
    return frame.sort_values("subject", key=lambda subjects: subjects.map(order), kind="stable", ignore_index=True)


def digest(agency: str, period: str) -> str:
    """Return twelve hex digits that change with what the agency is asked for in the period: a template is of one agreement."""
    named = "\n".join(asked(agency, period)["key"])
    return hashlib.sha256(f"{agency}\n{period}\n{named}".encode()).hexdigest()[:12]


def own_category(agency: str) -> str:
    """Return the category under which an agency's own figures stand in series that every agency gives."""
    return agency.replace("-", "_")


def _runs(entry: pd.Series, period: str) -> bool:
    first, last = entry["from_period"], entry["to_period"]
    after = not first or periods.order(first) <= periods.order(period)
    return after and (not last or periods.order(period) <= periods.order(last))


def _reports(agency: str, entry: pd.Series, statement: pd.Series) -> bool:
    named = statement["reporters"].split()
    return agency in named or entry["sector"] in named or (EVERYBODY in named and entry["areas"] != "")


def _figures(name: str, statement: pd.Series, agency: str, entry: pd.Series, period: str) -> list[dict[str, str]]:
    annual = statement["frequency"] == "annual"
    if annual and not period.endswith("Q4"):
        return []
    known, rows = catalogue.series(), []
    places = statement["area"].split() or entry["areas"].split()
    for series, category in _needed(statement["indicators"], agency):
        snapshot = known.at[series, "kind"] == "snapshot"
        of = periods.year_end(period) if annual and snapshot else periods.end(period) if snapshot else period
        of = periods.year_of(period) if annual and not snapshot else of
        for area in places:
            key = f"{series}:{category}@{area}"
            values = (key, statement["subject"], statement["form"], name, series, category, area, of, known.at[series, "unit"])
            rows.append(dict(zip(ASKED_COLUMNS, values, strict=True)))
    return rows


@cache
def _needed(indicators: str, agency: str) -> tuple[tuple[str, str], ...]:
    """Return the (series, category) that indicators are made of: bases before their parts, populations left out."""
    known, found = catalogue.indicators(), []
    for name in indicators.split():
        for side in ("denominator", "numerator"):
            for term in catalogue.terms(known.at[name, side]):
                if catalogue.series().at[term.series, "domain"] != "census":
                    found += [(term.series, category) for category in _asked_categories(term, agency)]
    return tuple(dict.fromkeys(found))


def _asked_categories(term: catalogue.Term, agency: str) -> list[str]:
    if term.category != catalogue.SAME_CATEGORY:
        return [term.category]
    if catalogue.series().at[term.series, "dimension"] == OWN:
        return [own_category(agency)]
    table = tables.read("breakdowns")
    listed = table.loc[table["series"] == term.series, "category"].tolist()
    if not listed:
        raise SafeguardingError(f"breakdowns.csv gives no categories for {term.series!r}, which a return asks for by category.")
    return listed
