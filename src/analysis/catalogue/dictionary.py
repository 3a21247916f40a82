"""The catalogue: domains, series (what is counted) and indicators (what is made of them), read from the tables."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

import pandas as pd

from analysis.catalogue import tables
from analysis.catalogue.references import terms
from analysis.errors import SafeguardingError, UnknownNameError


@cache
def series_of(domain: str) -> frozenset[str]:
    """Return the series that the indicators of a domain are made of: what they count, their bases, and what was printed."""
    known = indicators()
    mine = known.loc[known["domain"] == domain, ["numerator", "denominator", "printed"]]
    return frozenset(term.series for reference in mine.to_numpy().ravel() for term in terms(reference))


@cache
def domains() -> dict[str, str]:
    """Return {domain: title} in the order of the report."""
    table = tables.read("domains")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def series() -> pd.DataFrame:
    """Return the series, indexed by id, columns as in `series.csv`; the frame is shared and not to be changed."""
    return tables.read("series").set_index("id")


@cache
def indicators() -> pd.DataFrame:
    """Return the indicators, indexed by id, columns as in `indicators.csv`; the frame is shared and not to be changed."""
    table = tables.read("indicators").set_index("id")
    return table.assign(decimals=table["decimals"].astype(int), per=pd.to_numeric(table["per"]))


@cache
def names() -> dict[str, str]:
    """Return {id: name} of the partnership and its groups, as `names.csv` has them."""
    table = tables.read("names")
    return dict(zip(table["id"], table["text"], strict=True))


@cache
def categories() -> dict[str, str]:
    """Return {category id: words for readers}, agencies by their names; an id that no table has reads as itself with spaces."""
    table, agencies = tables.read("categories"), tables.read("agencies")
    by_agency = dict(zip(agencies["id"].str.replace("-", "_"), agencies["title"], strict=True))
    return by_agency | dict(zip(table["id"], table["title"], strict=True))


def category_label(category: str) -> str:
    """Return the words that readers see for a category id."""
    return categories().get(category, category.replace("_", " "))


@cache
def break_between(indicator: str, earlier: str, later: str) -> str:
    """Return why figures of the indicator from before and after a break are not one series; empty where there is no break.

    `earlier` and `later` are ISO dates: the first day of the earlier period and the last of the later. A break counts where it
    lies after the one and on or before the other; a breakdown shares the breaks of the series that it is a part of. The last
    one is given.
    """
    entry = indicators().loc[indicator]
    named = {term.series for side in ("numerator", "denominator", "printed") for term in terms(entry[side])}
    return _break_of(frozenset(named), earlier, later)


@cache
def break_of_series(name: str, earlier: str, later: str) -> str:
    """Return why figures of one series from before and after a break are not comparable (see `break_between`); or nothing."""
    return _break_of(frozenset({name}), earlier, later)


def _break_of(named: frozenset[str], earlier: str, later: str) -> str:
    dates, reasons = _breaks(named)
    found = [reason for date, reason in zip(dates, reasons, strict=True) if earlier < date <= later]
    return found[-1] if found else ""


@cache
def _breaks(named: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = series()
    wholes = {str(known.loc[each, side]) for each in named for side in ("parts_of", "subset_of", "numerator", "denominator")}
    related = named | {term.series for whole in wholes for term in terms(whole)}
    table = tables.read("breaks")
    mine = table[table["series"].isin(related)].sort_values("from")
    return tuple(mine["from"]), tuple(mine["reason"])


def precedence(source: str) -> int:
    """Return the rank of a source cell among sources of the same figure: the lowest is used, the others stay visible.

    Raises SafeguardingError for a source that `precedence.csv` doesn't know: no figure is used by accident.
    """
    return _file_rank(source.partition("#")[0])


@cache
def _file_rank(file: str) -> int:
    table = tables.read("precedence")
    for rank, pattern in zip(table["rank"], table["sources"], strict=True):
        if fnmatchcase(file, pattern):
            return int(rank)
    raise SafeguardingError(f"precedence.csv gives no rank to the source {file!r}.")


def is_official(releases: pd.Series) -> pd.Series:
    """Return for each release (`source/release`) whether its source is one of official statistics (`official_sources.csv`)."""
    sources = set(tables.read("official_sources")["source"])
    return releases.isin([name for name in releases.unique() if str(name).partition("/")[0] in sources])


def check_known(given: str, known: Iterable[str], what: str) -> str:
    """Return `given` if it is one of `known`, else raise UnknownNameError naming `what` and all there is."""
    names = list(known)
    if given in names:
        return given
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownNameError(f"There is no {what} {given!r}: there is {', '.join(names)}.{hint}")
