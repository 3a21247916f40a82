"""The overview of a domain: every indicator in one row, with figure, change and place of each area, what stands out named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import catalogue
from analysis.analyses import scorecard
from analysis.analyses.findings import CHANCE, STANDS_OUT, Finding, findings, place_words, title
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context, marks
from analysis.exhibits.parts.exhibit import Exhibit, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import IMPLIED

_KNOW = "To know"
_SIDE_BY_SIDE = 2  # areas of a table
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_GROUPS = (("many", "How many", ("count", "snapshot", "rate")), ("well", "How well", ("percentage",)))
_KEY = "Band: nine in ten of all authorities; dark: the middle half; line: the middle one; diamond: outside the usual spread"
_ARROWS = {1: "↑", 0: "→", -1: "↓"}


@otherwise("No figure of this domain is held for this period.")
def at_a_glance(judged: pd.DataFrame, places: Sequence[pd.DataFrame], among_all: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the overview tables of a domain: its counts with their rates, and its shares; two areas side by side.

    `judged` are the changes (`change.latest`); `places` are those among neighbours (`benchmark.compared`) and in a set
    (`benchmark.against_others`), of which the first that has a figure counts; `among_all` is the funnel of all authorities
    (`benchmark.funnel`), for the marks of where the areas lie.
    """
    overview = _Overview(judged, places, among_all, scope)
    codes = list(dict.fromkeys(overview.figures["area"]))
    chunks = [codes[start : start + _SIDE_BY_SIDE] for start in range(0, len(codes), _SIDE_BY_SIDE)]
    tables = [
        overview.table(f"{name}-{number}" if number else name, heading, kinds, chunk)
        for number, chunk in enumerate(chunks)
        for name, heading, kinds in _GROUPS
    ]
    shown = [table for table in tables if table]
    first = next((number for number, table in enumerate(shown) if table.table.marks), None)
    return [replace(table, subtitle=_KEY) if number == first else table for number, table in enumerate(shown)]


class _Overview:
    """What the rows are made of, each by subject and area."""

    def __init__(self, judged: pd.DataFrame, places: Sequence[pd.DataFrame], among_all: pd.DataFrame, scope: Scope) -> None:
        self.scope = scope
        self.figures = _figures(scope, judged)
        totals = judged[judged["category"] == catalogue.TOTAL]
        self.changes = {
            (finding.indicator, finding.area): (finding, row)
            for finding, row in zip(findings(totals, scorecard.flags(scope)), totals.to_dict("records"), strict=True)
        }
        rows = scope.over_time
        withheld = rows[(rows["status"] == "suppressed") & (rows["category"] == catalogue.TOTAL)]
        self.withheld = set(zip(withheld["indicator"], withheld["area"], withheld["period"], strict=True))
        every = [row for frame in reversed(places) for row in frame.to_dict("records")]  # the first come last, and stay
        self.places = {(catalogue.subject(row["indicator"]), row["area"]): row for row in every}
        self.spreads = {str(name): rows["value"].quantile(_QUANTILES).tolist() for name, rows in among_all.groupby("indicator")}
        self.outside = {(row.indicator, row.area): int(row.flag) for row in among_all.itertuples(index=False) if row.flag}

    def table(self, name: str, heading: str, kinds: tuple[str, ...], codes: list[str]) -> Exhibit | None:
        indicators = catalogue.indicators()
        rows = self.figures[self.figures["area"].isin(codes) & self.figures["indicator"].map(indicators["kind"]).isin(kinds)]
        if rows.empty:
            return None
        has_place = {code: any(area == code and key in set(rows["subject"]) for key, area in self.places) for code in codes}
        columns = ["Indicator", wording.STANDS]
        for code in codes:
            label = areas.label(code)
            columns += [label, f"{label}, on the year before"] + ([f"{label}, beside neighbours"] if has_place[code] else [])
        cells: list[tuple[str, ...]] = []
        subjects: list[str] = []
        drawn: dict[tuple[int, int], Markup] = {}
        for (subject, period), of_row in rows.groupby(["subject", "period"], sort=False):
            by_area = {row["area"]: row for row in of_row.to_dict("records")}
            row = [f"{title(of_row['indicator'].iloc[0])}, {context.period_words(period)}", self._stands(by_area, str(subject))]
            for code in codes:
                one = by_area.get(code)
                row += [context.value(one["indicator"], one["value"], one["status"]) if one else "", self._change(one)]
                if has_place[code]:
                    if one and (mark := self._mark(str(subject), code)):
                        drawn[len(cells), len(row)] = mark
                    row.append(self._place(str(subject), code) if one else "")
            cells.append((*row, _to_know(by_area)))
            subjects.append(str(subject))
        if any(row[-1] for row in cells):
            columns.append(_KNOW)
        else:
            cells = [row[:-1] for row in cells]
        if not any(row[1] for row in cells):
            cells, columns = [(row[0], *row[2:]) for row in cells], [columns[0], *columns[2:]]
            drawn = {(place, column - 1): mark for (place, column), mark in drawn.items()}
        what = wording.lower_first(heading)
        named = wording.listing([areas.label(code) for code in codes])
        links = {row[0]: f"row-{subject}" for row, subject in zip(cells, subjects, strict=True)}
        return Exhibit(
            identity=f"glance-{name}",
            headline=f"{heading}: {named}" if len(codes) < len(set(self.figures["area"])) else heading,
            subtitle="",
            table=Table(
                f"{catalogue.domains()[self.scope.domain]}, {what}: {named}",
                tuple(columns),
                tuple(cells),
                marks=drawn,
                links=links,
            ),
            source=context.source_line(rows["source"], self.scope),
            open_table=True,
            rows_about=tuple(subjects),
        )

    def _stands(self, by_area: dict[str, dict[str, Any]], subject: str) -> str:
        """Return what stands out in a row, by area; areas of which the same is to be said stand together."""
        said: dict[str, list[str]] = {}
        for code, row in by_area.items():
            words = []
            if (change := self._finding(row)) and change[0].verdict in STANDS_OUT:
                words.append(f"{change[0].verdict_words.lower()} change")
            place = self.places.get((subject, code))
            if place and place["verdict"] == "unlike":
                words.append("unlike its neighbours")
            elif place and (flag := self.outside.get((place["indicator"], code))):
                words.append(f"{'high' if flag > 0 else 'low'} among all")
            if words:
                said.setdefault(wording.listing(words), []).append(areas.label(code))
        return "; ".join(f"{wording.listing(named)}: {words}" for words, named in said.items())

    def _finding(self, row: dict[str, Any]) -> tuple[Finding, dict[str, Any]] | None:
        found = self.changes.get((row["indicator"], row["area"]))
        return found if found and found[1]["period"] == row["period"] else None

    def _change(self, row: dict[str, Any] | None) -> str:
        if row is None:
            return ""
        if catalogue.indicators().at[row["indicator"], "kind"] == "rate":
            return "not judged"  # a rate changes as its count does, and that isn't given
        if (row["indicator"], row["area"], periods.year_before(row["period"])) in self.withheld:
            return f"from {wording.SYMBOLS['suppressed']}"  # withheld is not missing
        found = self._finding(row)
        if not found or (pd.isna(found[1]["reference"]) and pd.isna(found[1]["reference_low"])):
            return "no earlier figure"
        finding, pair = found
        before = pair["reference"] if pd.notna(pair["reference"]) else (pair["reference_low"] + pair["reference_high"]) / 2
        arrow = _ARROWS[(row["value"] > before) - (row["value"] < before)]
        words = f"{arrow} from {finding.before_words.partition(' (')[0]}"
        verdict = "usual" if finding.verdict == CHANCE else finding.verdict_words.lower()  # for a reader chance is usual, too
        return f"{words}; {verdict}" if finding.verdict else words

    def _place(self, subject: str, code: str) -> str:
        row = self.places.get((subject, code))
        if row is None or row["members_placed"] < scorecard.FEWEST_OTHERS:
            return ""
        return place_words(row["place"], row["members_placed"])

    def _mark(self, subject: str, code: str) -> Markup:
        row = self.places.get((subject, code))
        if row is None or row["indicator"] not in self.spreads:
            return Markup()
        name, middle = row["indicator"], self.spreads[row["indicator"]][2]
        side = "above" if row["value"] > middle else "below"
        spread = "outside" if (name, code) in self.outside else "within"
        said = f"{title(name)}, {areas.label(code)}: {side} the middle authority, {spread} the usual spread of all."
        return marks.spread(row["value"], self.spreads[name], said, is_outside=(name, code) in self.outside)


def _figures(scope: Scope, judged: pd.DataFrame) -> pd.DataFrame:
    """Return the figure of each subject and area: the one compared with an earlier one, else that of the year or the quarter."""
    rank = {periods.year_of(scope.period): 1, periods.year_end(scope.period): 1, scope.period: 2}
    measures = scope.over_time
    subjects = measures["indicator"].map(catalogue.subject)
    # A rate stands in the place of its count where no count is given.
    rows = measures[measures["period"].isin(rank) & (measures["category"] == catalogue.TOTAL) & measures["status"].ne(IMPLIED)]
    rows = rows[rows["value"].notna() | (rows["status"] == "suppressed")].assign(subject=subjects)
    rows = rows[(rows["indicator"] == rows["subject"]) | ~rows["subject"].isin(rows["indicator"])]
    pairs = pd.MultiIndex.from_frame(judged[["indicator", "area", "period"]])
    is_paired = pd.MultiIndex.from_frame(rows[["indicator", "area", "period"]]).isin(pairs)
    ordered = rows.assign(rank=rows["period"].map(rank).where(~is_paired, 0)).sort_values("rank", kind="stable")
    chosen = ordered.drop_duplicates(["subject", "area"])
    order = {name: place for place, name in enumerate(catalogue.indicators().index)}
    by_area = {code: place for place, code in enumerate(dict.fromkeys(measures["area"]))}
    keys = chosen.assign(first=chosen["subject"].map(order), second=chosen["area"].map(by_area))
    return keys.sort_values(["first", "second"], kind="stable", ignore_index=True)


def _to_know(by_area: dict[str, dict[str, Any]]) -> str:
    """Return what other returns give of each area that has such."""
    clauses = []
    for code, row in by_area.items():
        others = [context.value(row["indicator"], float(each)) for each in str(row["other_values"]).split()]
        returns = "other return" if len(others) == 1 else "other returns"
        clauses += [f"{areas.label(code)}: {returns} {wording.listing(others)}"] if others else []
    return "; ".join(clauses)
