"""Exhibits on the figures themselves: sources, definitions, methods, breaks, corrections, audiences and comparator sets."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import methods
from analysis.catalogue import areas, tables, wording
from analysis.disclosure import policy
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_TABLES = "the tables of this project."
_READING = {"high_is_good": "More", "low_is_good": "Less", "band": "Neither much nor little", "neutral": "Neither"}
_COLLECTIONS = {"definition": "Definition", "base": "Base", "collection": "Collection"}


@otherwise("No source is held.")
def sources(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the releases that the figures come from, without withdrawn ones."""
    rows = tuple(
        (
            origin["title"],
            origin["producer"],
            str(origin["date"]),
            origin["licence"],
            "Published" if origin["published"] else "Not published",
        )
        for origin in scope.store.origins.values()
        if not origin["withdrawn"]
    )
    columns = ("Title", "Producer", "Date", "Licence", "Published or not")
    number = f"{len(rows)} source{'s' if len(rows) != 1 else ''}"
    headline = f"The figures come from {number}"
    return [_table("sources", headline, "Every release received, as its record names it", "Sources", columns, rows)]


@otherwise("No indicator is known.")
def definitions() -> list[Exhibit]:
    """Return the exhibit of the national indicators by code, then one for each domain with all its indicators."""
    indicators = catalogue.indicators()
    with_code = indicators[indicators["ni_code"] != ""].sort_values(
        "ni_code", key=lambda codes: codes.str.extract(r"(\d+)")[0].astype(int)
    )
    exhibits = [_definitions("National indicators", with_code.index, open_table=True)]
    return exhibits + [
        _definitions(title, indicators.index[indicators["domain"] == domain], open_table=False)
        for domain, title in catalogue.domains().items()
    ]


@otherwise("No method is described.")
def ways_of_judging() -> list[Exhibit]:
    """Return the exhibit of the methods by which changes, trends and differences are judged."""
    rows = tuple((method.title, method.words, method.formula, method.source) for method in methods().values())
    headline = f"{len(rows)} methods judge what has changed and what differs"
    columns = ("Method", "In words", "Formula", "After")
    return [_table("ways-of-judging", headline, "Each is named under the exhibits that it judged", "Methods", columns, rows)]


def _definitions(title: str, names: pd.Index, *, open_table: bool) -> Exhibit:
    indicators = catalogue.indicators()
    rows = tuple(
        (
            _named(str(name)),
            indicators.at[name, "definition"],
            _READING[indicators.at[name, "polarity"]],
            indicators.at[name, "caveats"],
        )
        for name in names
    )
    columns = ("Indicator", "Definition", "What is good", "Caution")
    subtitle = "What each counts; an empty cell means that there is nothing to beware of"
    headline = f"{title}: {len(rows)} indicators"
    identity = slug(f"definitions-{title}")
    made = _table(identity, headline, subtitle, f"Definitions: {title}", columns, rows)
    return replace(made, open_table=open_table, table=replace(made.table, anchors=context.anchors(identity, names)))


def _named(indicator: str) -> str:
    code = catalogue.indicators().at[indicator, "ni_code"]
    return (f"{code}: " if code else "") + context.measured(indicator)


@otherwise("No figure is known to have changed its meaning.")
def breaks() -> list[Exhibit]:
    """Return the exhibit of the dates from which a figure has another meaning (`breaks.csv`); empty if there are none."""
    table = tables.read("breaks").sort_values(["from", "series"], kind="stable")
    names = catalogue.series()["title"]
    rows = tuple(
        (names[row["series"]], context.period_words(row["from"]), _COLLECTIONS.get(row["kind"], row["kind"]), row["reason"])
        for row in table.to_dict("records")
    )
    headline = f"{len(rows)} times a figure came to mean something else"
    subtitle = "Figures from before and after such a date are set side by side and never compared"
    columns = ("Figure", "From", "What changed", "Why")
    return [_table("breaks", headline, subtitle, "What changed when", columns, rows)] if rows else []


@otherwise("No error of a source is corrected.")
def corrections() -> list[Exhibit]:
    """Return the exhibit of known errors of the sources and the values used instead (`corrections.csv`); empty if none."""
    table = tables.read("corrections")
    rows = tuple(
        (f"{row['file']} {row['row']}, {row['column']}", row["printed"], row["corrected"], row["reason"], row["authority"])
        for row in table.map(_place).to_dict("records")
    )
    headline = f"{len(rows)} misprints of a source are corrected, and only these"
    subtitle = "A wrong area or date is corrected with its reason; a wrong sum stands as printed and is listed under data quality"
    columns = ("Where", "Printed", "Used here", "Why", "Who says so")
    return [_table("corrections", headline, subtitle, "Corrections of the sources", columns, rows)] if rows else []


@otherwise("No audience is known.")
def audiences(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the audiences and what each may see (`audiences.csv`)."""
    table = policy.audiences()
    rows = tuple((row["title"], row["banner"], row["rule"]) for row in table.to_dict("records"))
    title = table.at[scope.audience, "title"]
    headline = f"This pack is for one of {len(rows)} audiences: {wording.lower_first(title)}"
    columns = ("Audience", "What stands at the head of each page", "What is shown")
    return [_table("audiences", headline, "Who may see what", "Audiences", columns, rows)]


@otherwise("No set of areas is known.")
def peer_sets() -> list[Exhibit]:
    """Return the exhibits of the sets of areas to compare with, each with its vintage (`peers.csv`), and of comparators."""
    table = tables.read("peers")
    rows = tuple(
        (str(name), group["title"].iloc[0], group["vintage"].iloc[0], _members(group))
        for name, group in table.groupby("set", sort=False)
    )
    headline = f"{len(rows)} set{'s' if len(rows) != 1 else ''} of areas can be compared with"
    columns = ("Set", "What it is", "Vintage", "Areas")
    sets = _table("peer-sets", headline, "An area is left out of what it is compared with", "Sets of areas", columns, rows)
    known = tables.read("comparators")
    named = [title[0].upper() + title[1:].format(region="its region") for title in known["title"]]
    headline = f"Official figures of an area stand beside {len(known)} others"
    rules = tuple(zip(named, known["rule"], strict=True))
    subtitle = "Pages show those of which figures are held"
    return [sets, _table("comparators", headline, subtitle, "Comparators", ("Comparator", "How it is made"), rules)]


def _table(identity: str, headline: str, subtitle: str, caption: str, columns: tuple[str, ...], rows: tuple) -> Exhibit:
    table = Table(caption, columns, rows)
    return Exhibit(identity, headline, subtitle, table, source=_TABLES, open_table=True)


def _place(cell: str) -> str:
    """Return a cell of `corrections.csv` in words: a date as a date in words, the id of a category as its label."""
    categories = catalogue.categories()
    return context.period_words(cell) if cell[:2] == "20" and len(cell) == 10 else categories.get(cell, cell)


def _members(group: pd.DataFrame) -> str:
    return wording.listing([areas.label(code) for code in group["area"]])
