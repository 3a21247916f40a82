"""The tables of the score card: one for each category of the framework, all areas of an indicator in one row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import STANDS_OUT, Finding, Flags, findings, phrases, place_words, title
from analysis.analyses.scorecard import FEWEST_OTHERS, judged_words
from analysis.catalogue import areas, tables, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import IMPLIED

_NO_CHANGE = {"missing": "no earlier figure", "not comparable": "not one series", "values only": "side by side only"}
_SIDE_BY_SIDE = 2  # areas of a table


@otherwise("No indicator of the framework has a figure in this period.")
def score_tables(card: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibits of the card's categories, in their order: what is to be done about it first, all areas in one row.

    The two areas that have most rows stand side by side; those of another, such as a partnership, are an exhibit of their own.
    """
    found = finding_by_key(card)
    names = tables.read("framework_categories").set_index("id")["title"]
    order = card["area"].value_counts(sort=True, ascending=False)
    beside = set(order.index[:_SIDE_BY_SIDE])
    exhibits = []
    for number, rows in card.groupby("framework", sort=False):
        main = rows[rows["area"].isin(beside)]
        others = rows[~rows["area"].isin(beside)].groupby("area", sort=False)
        parts = [main, *(part for _, part in others)]
        for place, part in enumerate(each for each in parts if not each.empty):
            exhibits.append(_category(str(number), names[number], part, found, scope, place))
    return exhibits


def sums_fail(checked: int, differing: int) -> str:
    """Return in words how many of the checks of a figure fail: "2 of 11 sums fail"."""
    return phrases()["sums_fail"].format(checked=checked, differing=differing)


def finding_by_key(rows: pd.DataFrame) -> dict[tuple[str, str, str], Finding]:
    """Return {(indicator, category, area): its finding} of the rows of a card, each with the flag that the card gives it."""
    keys = zip(rows["indicator"], rows["category"], rows["area"], rows["period"], strict=True)
    flags: Flags = dict(zip(keys, rows["stands"].astype(bool), strict=True))
    return {(finding.indicator, finding.category, finding.area): finding for finding in findings(rows, flags)}


def _category(number: str, name: str, rows: pd.DataFrame, found: dict, scope: Scope, place: int) -> Exhibit:
    codes = list(dict.fromkeys(rows["area"]))
    first = areas.label(codes[0]) if place else ""
    ranks = {words: rank for rank, (words, _, _) in enumerate(judged_words())}
    by_indicator = [
        (group["words"].map(ranks).min(), {row["area"]: row for row in group.to_dict("records")})
        for _, group in rows.groupby(["indicator", "category", "latest_period"], sort=False)
    ]
    by_indicator.sort(key=lambda pair: pair[0])
    has_places = {code: any(_neighbours(by_area[code]) for _, by_area in by_indicator if code in by_area) for code in codes}
    know = [_to_know(by_area, codes) for _, by_area in by_indicator]
    has_targets, has_icons = (rows["target"] != "").any(), (rows["control"] != "").any()
    columns = ["Indicator", "Judgement"]
    for code in codes:
        label = areas.label(code)
        columns += [label, f"{label}, on the year before"] + ([f"{label}, beside neighbours"] if has_places[code] else [])
    columns += ["To know"] if any(know) else []
    columns += (["Target"] if has_targets else []) + (["Control chart"] if has_icons else [])
    cells = []
    badges: dict[str, str] = {}
    for (_, by_area), to_know in zip(by_indicator, know, strict=True):
        judgement, colour = _judgement(by_area, codes, ranks)
        badges |= {judgement: colour} if colour else {}
        row = [_heading(next(iter(by_area.values()))), judgement]
        for code in codes:
            each = by_area.get(code)
            row += [_figure(each), _change(each, found)] + ([_neighbours(each)] if has_places[code] else [])
        one = next(iter(by_area.values()))
        row += [to_know] * any(know)
        row += [context.target(one["indicator"]) if one["target"] else "None set"] * bool(has_targets)
        row += [_icons(by_area)] * bool(has_icons)
        cells.append(tuple(row))
    caption = f"Score card, category {number}: {name}" + (f", {first}" if first else "")
    return Exhibit(
        identity=f"card-{number}-{slug(first)}" if first else f"card-{number}",
        headline=f"{number}. {name}" + (f": {first}" if first else ""),
        subtitle="",
        notes=_note_on_targets(rows),
        table=Table(caption, tuple(columns), tuple(cells), badges),
        source=context.source_line(rows["source"], scope),
        open_table=True,
        rows_about=tuple(catalogue.subject(next(iter(by_area.values()))["indicator"]) for _, by_area in by_indicator),
    )


def _heading(row: dict[str, Any]) -> str:
    return f"{title(row['indicator'], row['category'])}, {context.period_words(row['latest_period'], '')}"


def _judgement(by_area: dict[str, dict[str, Any]], codes: list[str], ranks: dict[str, int]) -> tuple[str, str]:
    """Return the most serious judgement of a row, with the areas that it is of unless it is of all, and its colour."""
    first = min((row["words"] for row in by_area.values()), key=lambda words: ranks[words])
    named = [areas.label(code) for code in codes if code in by_area and by_area[code]["words"] == first]
    colour = next(colour for words, colour, _ in judged_words() if words == first)
    return first if len(named) == len(by_area) else f"{first}: {wording.listing(named)}", colour


def _figure(row: dict[str, Any] | None) -> str:
    """Return the figure alone: a reader, and the gate, take what stands under an area's name for its figure."""
    return context.value(row["indicator"], row["latest"], row["latest_status"]) if row else ""


def _to_know(by_area: dict[str, dict[str, Any]], codes: list[str]) -> str:
    """Return what other returns give, and how many sums of a figure fail, of each area that has such."""
    clauses = []
    for code in codes:
        if (row := by_area.get(code)) is None:
            continue
        others = [context.value(row["indicator"], float(each)) for each in row["other_latest"].split()]
        words = [f"another return gives {wording.listing(others)}"] if others else []
        words += [sums_fail(row["checked"], row["differing"])] if row["differing"] else []
        clauses += [f"{areas.label(code)}: {', '.join(words)}"] if words else []
    return "; ".join(clauses)


def _change(row: dict[str, Any] | None, found: dict[tuple[str, str, str], Finding]) -> str:
    if row is None:
        return ""
    finding = found.get((row["indicator"], row["category"], row["area"]))
    if row["verdict"] == "missing" and row["reference_status"] == "suppressed":
        return f"from {_reference(row)}"  # withheld is not missing
    if row["verdict"] in _NO_CHANGE or finding is None:
        return _NO_CHANGE.get(row["verdict"], "not judged")
    words = [f"from {_reference(row)}"]
    stands_out = row["result"] in ("explain", "watch") or row["verdict"] in STANDS_OUT
    if row["verdict"] in STANDS_OUT:
        words.append(wording.lower_first(finding.verdict_words))
    if stands_out and finding.rarity_words:
        words.append(finding.rarity_words)
    usual = finding.usual_words.removeprefix("usual range ")
    words.append(f"usual {usual}" if usual else wording.lower_first(finding.verdict_words))
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
    if not row["compared_members"] >= FEWEST_OTHERS:  # of two areas the other's figure stands in the same row
        return ""
    name = row["compared_by"]
    words = context.value(name, row["compared_value"])
    if pd.notna(row["compared_reference"]):
        words += f" against {context.value(name, row['compared_reference'])}"
    place = place_words(row["compared_place"], row["compared_members"])
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
