"""The catalogue: domains, series (what is counted) and indicators (what is made of them), read from the tables."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

import pandas as pd

from analysis.catalogue import tables
from analysis.catalogue.references import SAME_CATEGORY, TOTAL, terms
from analysis.errors import SafeguardingError, UnknownNameError


@cache
def series_of(domain: str) -> frozenset[str]:
    """Return the series that the indicators of a domain are made of: their numerators, denominators and printed figures."""
    all_indicators = indicators()
    references = all_indicators.loc[all_indicators["domain"] == domain, ["numerator", "denominator", "printed"]]
    return frozenset(term.series for reference in references.to_numpy().ravel() for term in terms(reference))


@cache
def domains() -> dict[str, str]:
    """Return {domain: title} in the order of the report."""
    table = tables.read("domains")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def series() -> pd.DataFrame:
    """Return the series, indexed by id, columns as in `series.csv`; the frame is shared: don't change it."""
    return tables.read("series").set_index("id")


@cache
def indicators() -> pd.DataFrame:
    """Return the indicators, indexed by id, columns as in `indicators.csv`; the frame is shared: don't change it."""
    table = tables.read("indicators").set_index("id")
    return table.assign(decimals=table["decimals"].astype(int), per=pd.to_numeric(table["per"]))


@cache
def names() -> dict[str, str]:
    """Return {id: name} of the partnership and its groups, as `names.csv` has them."""
    table = tables.read("names")
    return dict(zip(table["id"], table["text"], strict=True))


@cache
def categories() -> dict[str, str]:
    """Return {category id: words for readers}, agencies with their names."""
    table, agencies = tables.read("categories"), tables.read("agencies")
    by_agency = dict(zip(agencies["id"].str.replace("-", "_"), agencies["title"], strict=True))
    return by_agency | dict(zip(table["id"], table["title"], strict=True))


def category_label(category: str) -> str:
    """Return the words that readers see for a category id; an unknown id is returned with spaces for underscores."""
    return categories().get(category, category.replace("_", " "))


@cache
def break_between(indicator: str, earlier: str, later: str) -> str:
    """Return why the indicator's figures of two periods are not one series; empty where no break lies between them.

    `earlier` and `later` are ISO dates: the first day of the earlier period and the last day of the later one. A break counts if
    it lies after `earlier` and not after `later`; a breakdown shares the breaks of its whole. Of several breaks the last is
    returned.
    """
    entry = indicators().loc[indicator]
    names = {term.series for side in ("numerator", "denominator", "printed") for term in terms(entry[side])}
    return _last_break(frozenset(names), earlier, later)


@cache
def break_of_series(name: str, earlier: str, later: str) -> str:
    """Return why one series' figures of two periods are not comparable (see `break_between`); empty without a break."""
    return _last_break(frozenset({name}), earlier, later)


def _last_break(names: frozenset[str], earlier: str, later: str) -> str:
    dates, reasons = _breaks(names)
    matching = [reason for date, reason in zip(dates, reasons, strict=True) if earlier < date <= later]
    return matching[-1] if matching else ""


@cache
def _breaks(names: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    all_series = series()
    wholes = {str(all_series.loc[name, side]) for name in names for side in ("parts_of", "subset_of", "numerator", "denominator")}
    related = names | {term.series for whole in wholes for term in terms(whole)}
    table = tables.read("breaks")
    breaks = table[table["series"].isin(related)].sort_values("from")
    return tuple(breaks["from"]), tuple(breaks["reason"])


def precedence(source: str) -> int:
    """Return the rank of a source cell among the sources of the same figure: the lowest rank is used, the others stay visible.

    Raises SafeguardingError for a source that `precedence.csv` doesn't list, so that no figure is used by accident.
    """
    return _rank_of_file(source.partition("#")[0])


@cache
def _rank_of_file(file: str) -> int:
    table = tables.read("precedence")
    for rank, pattern in zip(table["rank"], table["sources"], strict=True):
        if fnmatchcase(file, pattern):
            return int(rank)
    raise SafeguardingError(f"precedence.csv gives no rank to the source {file!r}.")


def made_of_one_series(entries: pd.DataFrame, side: str) -> dict[str, str]:
    """Return {series: indicator} of the entries whose `side` (numerator or printed) is one series, category by category.

    >>> made_of_one_series(indicators().loc[["contacts", "plans_in_force"]], "numerator")
    {'contacts': 'contacts', 'plans_in_force': 'plans_in_force'}
    """
    named = {str(name): terms(reference) for name, reference in entries[side].items()}
    return {made[0].series: name for name, made in named.items() if len(made) == 1 and made[0].category in (SAME_CATEGORY, TOTAL)}


def is_official(releases: pd.Series) -> pd.Series:
    """Return a mask: whether each release (`source/release`) is of official statistics, as `official_sources.csv` lists them."""
    sources = set(tables.read("official_sources")["source"])
    return releases.isin([name for name in releases.unique() if str(name).partition("/")[0] in sources])


def check_known(name: str, known: Iterable[str], what: str) -> str:
    """Return `name` if it is one of `known`, else raise UnknownNameError; `what` says what is named, such as "indicator"."""
    names = list(known)
    if name in names:
        return name
    matches = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f" Did you mean {matches[0]!r}?" if matches else ""
    raise UnknownNameError(f"There is no {what} {name!r}: there is {', '.join(names)}.{hint}")
