"""The sums that a reader may use, written down apart from the package: one function each, so that each can be tried alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from analysis import catalogue
from analysis.catalogue import areas, periods, tables

Count = tuple[str, str, str, str]
Tie = tuple[dict[Count, float], float, float]


def years(counts: set[Count]) -> Iterator[Tie]:
    """A year is the sum of its quarters."""
    kinds = catalogue.series()["kind"]
    for series, area, period, category in counts:
        if kinds[series] == "flow" and periods.kind(period) == "year":
            quarters = [(series, area, each, category) for each in periods.quarters(period)]
            if counts.issuperset(quarters):
                yield {(series, area, period, category): -1.0} | dict.fromkeys(quarters, 1.0), 0.0, 0.0


def wholes(counts: set[Count]) -> Iterator[Tie]:
    """A whole is the sum of its parts, where these exclude each other."""
    rows, parts = catalogue.series(), defaultdict[tuple[str, str, str], list[Count]](list)
    for count in counts:
        if rows.at[count[0], "exclusive"] == "yes" and rows.at[count[0], "parts_of"] and count[3] != catalogue.TOTAL:
            parts[count[:3]].append(count)
    for (series, area, period), mine in parts.items():
        whole = (rows.at[series, "parts_of"], area, period, catalogue.TOTAL)
        if len(mine) > 1 and whole in counts:
            yield {whole: -1.0} | dict.fromkeys(mine, 1.0), 0.0, 0.0


def subsets(counts: set[Count]) -> Iterator[Tie]:
    """A subset is no more than its whole, and the rest of it is a count of people too."""
    rows = catalogue.series()
    for count in counts:
        series, area, period, category = count
        for term in catalogue.terms(rows.at[series, "subset_of"]) if rows.at[series, "subset_of"] else ():
            whole = (term.series, area, period, category if term.category == catalogue.SAME_CATEGORY else term.category)
            if whole in counts and len(catalogue.terms(rows.at[series, "subset_of"])) == 1:
                yield {whole: 1.0, count: -1.0}, 0.0, float("inf")


def together(counts: set[Count]) -> Iterator[Tie]:
    """Areas add up to the area that they make."""
    for count in counts:
        series, area, period, category = count
        members = [(series, each, period, category) for each in areas.members(area)]
        if members and counts.issuperset(members):
            yield {count: -1.0} | dict.fromkeys(members, 1.0), 0.0, 0.0


def formulas(counts: set[Count]) -> Iterator[Tie]:
    """Some series are sums or differences of others."""
    rows = catalogue.series()
    for count in counts:
        series, area, period, category = count
        if rows.at[series, "equals"] and category == catalogue.TOTAL:
            terms = {(t.series, area, period, t.category): float(t.sign) for t in catalogue.terms(rows.at[series, "equals"])}
            if counts.issuperset(terms):
                yield {count: -1.0} | terms, 0.0, 0.0


def stocks(counts: set[Count]) -> Iterator[Tie]:
    """Who is there now was there before or has come, and has not left."""
    for row in tables.read("stocks").to_dict("records"):
        for series, area, period, category in counts:
            if series != row["started"] or category != catalogue.TOTAL:
                continue
            begin, end = before_and_after(period)
            tie = {(row["stock"], area, end, category): -1.0, (row["stock"], area, begin, category): 1.0,
                   (series, area, period, category): 1.0, (row["ended"], area, period, category): -1.0}  # fmt: skip
            if counts.issuperset(tie):
                yield tie, 0.0, 0.0


def before_and_after(period: str) -> tuple[str, str]:
    """Return the days of a stock before and after a flow's period: the last days of two years, or of two quarters."""
    year, _, quarter = period.partition("-Q")
    start = int(year[:4])
    days = [f"{start}-03-31", f"{start}-06-30", f"{start}-09-30", f"{start}-12-31", f"{start + 1}-03-31"]
    return (days[int(quarter) - 1], days[int(quarter)]) if quarter else (days[0], days[-1])


ALL: tuple[Callable[[set[Count]], Iterator[Tie]], ...] = (years, wholes, subsets, together, formulas, stocks)
