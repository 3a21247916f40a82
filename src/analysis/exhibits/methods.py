"""Exhibits about the figures themselves: sources, definitions, what changed when, corrections, audiences, comparator sets."""

from __future__ import annotations

import pandas as pd

from analysis import areas, catalogue, tables, wording
from analysis.exhibits import context
from analysis.exhibits.exhibit import Exhibit, Table, slug
from analysis.scope import Scope

_TABLES = "the tables of this project."
_COLLECTIONS = {"definition": "Definition", "base": "Base", "collection": "Collection"}


def sources(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of every release that the figures come from."""
    rows = tuple(
        (
            origin["title"],
            origin["producer"],
            str(origin["date"]),
            origin["licence"],
            "Published" if origin["published"] else "Not published",
        )
        for origin in scope.store.origins.values()
    )
    columns = ("Title", "Producer", "Date", "Licence", "Published or not")
    number = f"{len(rows)} source{'s' if len(rows) != 1 else ''}"
    headline = f"The figures come from {number}"
    return [_table("sources", headline, "Every release received, as its record names it", "Sources", columns, rows)]


def definitions(scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each domain: what every indicator counts, its national code, how to read it, and what to beware of."""
    known = catalogue.indicators()
    found = []
    for domain, words in catalogue.domains().items():
        mine = known[known["domain"] == domain]
        rows = tuple(
            (context.measured(str(name)), entry["ni_code"], entry["definition"], _reading(str(name)), entry["caveats"])
            for name, entry in mine.iterrows()
        )
        columns = ("Indicator", "National code", "Definition", "How to read it", "Caution")
        kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
        found.append(
            _table(
                slug(f"definitions-{domain}"),
                f"{words}: {len(rows)} indicators",
                "What each counts; an empty cell means that there is nothing to say",
                f"Definitions: {words}",
                tuple(columns[number] for number in kept),
                tuple(tuple(row[number] for number in kept) for row in rows),
            )
        )
    return found


def breaks() -> list[Exhibit]:
    """Return the exhibit of the dates from which a figure means something else; empty where the tables know none."""
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


def corrections() -> list[Exhibit]:
    """Return the exhibit of known errors of the sources and what is used instead; empty where there are none."""
    table = tables.read("corrections")
    rows = tuple(
        (f"{row['file']} {row['row']}, {row['column']}", row["printed"], row["corrected"], row["reason"], row["authority"])
        for row in table.map(_place).to_dict("records")
    )
    headline = f"{len(rows)} misprints of a source are corrected, and only these"
    subtitle = "A wrong area or date is corrected with its reason; a wrong sum stands as printed and is listed under data quality"
    columns = ("Where", "Printed", "Used here", "Why", "Who says so")
    return [_table("corrections", headline, subtitle, "Corrections of the sources", columns, rows)] if rows else []


def audiences(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of who may see what."""
    table = tables.read("audiences")
    rows = tuple((row["title"], row["banner"], row["rule"]) for row in table.to_dict("records"))
    mine = table.set_index("id").at[scope.audience, "title"]
    headline = f"This pack is for one of {len(rows)} audiences: {wording.lower_first(mine)}"
    columns = ("Audience", "What stands at the head of each page", "What is shown")
    return [_table("audiences", headline, "Who may see what", "Audiences", columns, rows)]


def comparator_sets() -> list[Exhibit]:
    """Return the exhibit of the sets of areas that may be compared with, each with its vintage."""
    table = tables.read("peers")
    rows = tuple(
        (str(name), group["title"].iloc[0], group["vintage"].iloc[0], _members(group))
        for name, group in table.groupby("set", sort=False)
    )
    headline = f"{len(rows)} set{'s' if len(rows) != 1 else ''} of areas can be compared with"
    columns = ("Set", "What it is", "Vintage", "Areas")
    return [_table("comparator-sets", headline, "An area is left out of what it is compared with", "Sets of areas", columns, rows)]


def _table(identity: str, headline: str, subtitle: str, caption: str, columns: tuple[str, ...], rows: tuple) -> Exhibit:
    table = Table(caption, columns, rows)
    return Exhibit(identity, headline, subtitle, table, source=_TABLES, open_table=True)


def _reading(indicator: str) -> str:
    return dict(context.definition(indicator)).get("How to read it", "")


def _place(cell: str) -> str:
    """Return the words of a cell of `corrections.csv`: an area's code as its name, an id of a category as its words."""
    known = catalogue.categories()
    return context.period_words(cell) if cell[:2] == "20" and len(cell) == 10 else known.get(cell, cell)


def _members(group: pd.DataFrame) -> str:
    return wording.listing([areas.label(code) for code in group["area"]])
