"""The tables of the score card: one for each category of the framework, all areas of an indicator in one row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import Finding, Flags, findings, phrases, place_words, title
from analysis.analyses.scorecard import absent, judged_words
from analysis.catalogue import areas, tables, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import IMPLIED

_NO_CHANGE = {"missing": "no earlier figure", "not comparable": "not one series", "values only": "side by side only"}
_SIDE_BY_SIDE = 2  # areas of a table
_FEWEST = 4  # others with a figure, so that a place among them says something


@otherwise("No indicator of the framework has a figure in this period.")
def score_tables(card: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibits of the card's categories, in their order: what is to be done about it first, all areas in one row.

    The two areas that have most rows stand side by side; those of another, such as a partnership, are an exhibit of their own.
    """
    found = finding_by_key(card)
    names = tables.read("framework_categories").set_index("id")["title"]
    without_figure = absent(card)
    order = card["area"].value_counts(sort=True, ascending=False)
    beside = set(order.index[:_SIDE_BY_SIDE])
    exhibits = []
    for number, rows in card.groupby("framework", sort=False):
        missing = without_figure[without_figure["framework"] == number]
        main = rows[rows["area"].isin(beside)]
        others = rows[~rows["area"].isin(beside)].groupby("area", sort=False)
        parts = [main, *(part for _, part in others)]
        for place, part in enumerate(each for each in parts if not each.empty):
            lacking = missing if place == 0 else missing.iloc[:0]
            exhibits.append(_category(str(number), names[number], part, found, lacking, scope, place))
    return exhibits


def confidence_words(checked: int, differing: int) -> str:
    """Return in words how the checks of a figure came out, such as "2 of 11 checks do not come out"."""
    key = "differ" if differing else "none" if not checked else "agree_one" if checked == 1 else "agree"
    return phrases()[f"confidence_{key}"].format(checked=checked, differing=differing)


def finding_by_key(rows: pd.DataFrame) -> dict[tuple[str, str, str], Finding]:
    """Return {(indicator, category, area): its finding} of the rows of a card, each with the flag that the card gives it."""
    keys = zip(rows["indicator"], rows["category"], rows["area"], rows["period"], strict=True)
    flags: Flags = dict(zip(keys, rows["stands"].astype(bool), strict=True))
    return {(finding.indicator, finding.category, finding.area): finding for finding in findings(rows, flags)}


def _category(
    number: str, name: str, rows: pd.DataFrame, found: dict, without_figure: pd.DataFrame, scope: Scope, place: int
) -> Exhibit:
    codes = list(dict.fromkeys(rows["area"]))
    first = areas.label(codes[0]) if place else ""
    ranks = {words: rank for rank, (words, _, _) in enumerate(judged_words())}
    by_indicator = [
        (group["words"].map(ranks).min(), {row["area"]: row for row in group.to_dict("records")})
        for _, group in rows.groupby(["indicator", "category"], sort=False)
    ]
    by_indicator.sort(key=lambda pair: pair[0])
    has_places = {code: any(_neighbours(by_area[code]) for _, by_area in by_indicator if code in by_area) for code in codes}
    has_targets, has_icons = (rows["target"] != "").any(), (rows["control"] != "").any()
    columns = ["Indicator", "Judgement"]
    for code in codes:
        label = areas.label(code)
        columns += [label, f"{label}, on the year before"] + ([f"{label}, beside neighbours"] if has_places[code] else [])
    columns += (["Target"] if has_targets else []) + (["Control chart"] if has_icons else [])
    cells = []
    badges: dict[str, str] = {}
    for _, by_area in by_indicator:
        judgement, colour = _judgement(by_area, codes, ranks)
        badges |= {judgement: colour} if colour else {}
        row = [_heading(next(iter(by_area.values()))), judgement]
        for code in codes:
            each = by_area.get(code)
            row += [_figure(each), _change(each, found)] + ([_neighbours(each)] if has_places[code] else [])
        one = next(iter(by_area.values()))
        row += [context.target(one["indicator"]) if one["target"] else "None set"] * bool(has_targets)
        row += [_icons(by_area)] * bool(has_icons)
        cells.append(tuple(row))
    counts = [(words, int((rows["words"] == words).sum())) for words, _, _ in judged_words()]
    counted = [f"{count} {words[2:].lower()}" for words, count in counts if count]
    caption = f"Score card, category {number}: {name}" + (f", {first}" if first else "")
    return Exhibit(
        identity=f"card-{number}" + (slug(f"-{first}") if first else ""),
        headline=f"{number}. {name}" + (f": {first}" if first else ""),
        subtitle=wording.listing(counted).capitalize(),
        notes=(*_note_on_targets(rows), *_note_on_missing(without_figure)),
        table=Table(caption, tuple(columns), tuple(cells), badges),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _heading(row: dict[str, Any]) -> str:
    return f"{title(row['indicator'], row['category'])}, {context.period_words(row['latest_period'], '')}"


def _judgement(by_area: dict[str, dict[str, Any]], codes: list[str], ranks: dict[str, int]) -> tuple[str, str]:
    """Return the judgements of a row, the most serious first, with the areas where they differ, and the first one's colour."""
    by_words: dict[str, list[str]] = {}
    for code in codes:
        if code in by_area:
            by_words.setdefault(by_area[code]["words"], []).append(areas.label(code))
    ordered = sorted(by_words, key=lambda words: ranks[words])
    colour = next((colour for words, colour, _ in judged_words() if words == ordered[0]), "")
    if len(ordered) == 1 and (len(codes) == 1 or len(by_area) == len(codes)):
        return ordered[0], colour
    return "; ".join(f"{words}: {wording.listing(by_words[words])}" for words in ordered), colour


def _figure(row: dict[str, Any] | None) -> str:
    """Return a figure, what another return gives, and how many of its sums fail."""
    if row is None:
        return "Not held"
    name = row["indicator"]
    words = context.value(name, row["latest"], row["latest_status"])
    others = [context.value(name, float(each)) for each in row["other_latest"].split()]
    words = f"{', '.join([words, *others[:-1]])} or {others[-1]}" if others else words
    return words + (f"; {row['differing']} of {row['checked']} sums fail" if row["differing"] else "")


def _change(row: dict[str, Any] | None, found: dict[tuple[str, str, str], Finding]) -> str:
    if row is None:
        return ""
    finding = found.get((row["indicator"], row["category"], row["area"]))
    if row["verdict"] in _NO_CHANGE or finding is None:
        return _NO_CHANGE.get(row["verdict"], "not judged")
    words = [f"from {_reference(row)}"]
    if finding.verdict_words:
        words.append(wording.lower_first(finding.verdict_words))
    words += [finding.rarity_words] if finding.rarity_words else []
    words += [finding.usual_words] if finding.usual_words else []
    return "; ".join(words)


def _reference(row: dict[str, Any]) -> str:
    """Return the figure of the year before as a cell shows it; of one that is only implied, its range."""
    if row["reference_status"] != IMPLIED:
        return context.value(row["indicator"], row["reference"], row["reference_status"])
    entry = catalogue.indicators().loc[row["indicator"]]
    return wording.level_range(row["reference_low"], row["reference_high"], entry["unit"], int(entry["decimals"]))


def _neighbours(row: dict[str, Any] | None) -> str:
    """Return the place beside others: the figure compared, theirs together, and where it lies."""
    if row is None or pd.isna(row["compared_by"]) or pd.isna(row["compared_value"]):
        return ""
    name = row["compared_by"]
    words = context.value(name, row["compared_value"])
    if pd.notna(row["compared_reference"]):
        words += f" against {context.value(name, row['compared_reference'])}"
    is_placed = pd.notna(row["compared_members"]) and row["compared_members"] >= _FEWEST
    place = place_words(row["compared_place"], row["compared_members"]) if is_placed else ""
    unlike = "unlike them, " if row["compared_verdict"] == "unlike" else ""
    return words + (f"; {unlike}{place}" if place else "")


def _icons(by_area: dict[str, dict[str, Any]]) -> str:
    icons = [f"{areas.label(code)} {row['control']}" for code, row in by_area.items() if row["control"]]
    return "; ".join(icons).capitalize() or "Too few quarters"


def _note_on_targets(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return a note that says for each target on the card where it is said."""
    names = dict.fromkeys(rows.loc[rows["target"] != "", "indicator"])
    sources = catalogue.indicators()["target_source"]
    texts = [f"{wording.lower_first(title(name))} {context.target(name)} ({sources[name].rstrip('.')})" for name in names]
    return (f"Targets: {'; '.join(texts)}.",) if texts else ()


def _note_on_missing(rows: pd.DataFrame) -> tuple[str, ...]:
    names = [wording.lower_first(title(row.indicator, row.category)) for row in rows.itertuples(index=False)]
    return (f"Not held: {wording.listing(names)}.",) if names else ()
