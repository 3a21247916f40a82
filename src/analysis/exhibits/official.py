"""Exhibits of official statistics: an area beside its statistical neighbours, the rest of its region and of England."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses import benchmark
from analysis.analyses.benchmark import comparators
from analysis.analyses.findings import Finding, findings
from analysis.catalogue import areas, periods, tables, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, panel
from analysis.exhibits.parts.comparator_lines import beside_over_time
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.statistics import proportion_interval, rate_interval

_SHORT = {
    comparators.NEIGHBOURS: "Neighbours",
    comparators.MEDIAN: "Neighbours, median",
    comparators.REGION: "Rest of region",
    comparators.COUNTRY: "Rest of England",
    comparators.KIND: "Areas of its kind",
    comparators.OWN: "Areas chosen",
}
_OVER_TIME = (comparators.NEIGHBOURS, comparators.REGION, comparators.COUNTRY)
_FIRST = "Area or comparator"
_VERDICTS = {"up": "Higher", "down": "Lower", "no clear change": "No clear difference", "no events": "None in either"}


@otherwise("No official figure is held for these areas.")
def comparator_sets(scope: Scope) -> list[Sentences]:
    """Return which year is compared, and for each area who its neighbours are, and from which set."""
    words = [f"The figures compared are those of {periods.label(scope.official_year)}, the latest year held for this page."]
    for area in scope.official_areas:
        near, vintage = benchmark.neighbours(area, scope.official_figures)
        if near:
            listed = wording.listing([areas.label(code) for code in near])
            words.append(
                f"{areas.label(area)}: statistical neighbours of the set of {_month(vintage)}, the newest held, are {listed}."
            )
        else:
            words.append(f"{areas.label(area)}: no set of statistical neighbours that is held names any.")
    return [Sentences(tuple(words))]


@otherwise("No council among these areas was reorganised: every series is of one ground.")
def ground(scope: Scope) -> list[Sentences]:
    """Return a sentence for each area that came to be by a reorganisation: whether earlier figures are of one series."""
    said = []
    for area in scope.official_areas:
        since, before = areas.valid_from(area), areas.continues(area)
        if since and before:
            said.append(
                f"{areas.label(area)} took over the whole ground of its predecessor on {periods.label(since)}: one series."
            )
        elif since:
            said.append(
                f"{areas.label(area)} dates from {periods.label(since)}. Figures of before are of other areas and are not joined "
                "to its own, unless their publisher has worked them out anew."
            )
    return [Sentences((" ".join(said),), statement=True)] if said else []


@otherwise("There is nothing to compare in the latest year.")
def against_comparators(judged: pd.DataFrame, found: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: each area beside its comparators in the official year, with intervals and verdicts."""
    order = [name for name in catalogue.indicators().index if (judged["indicator"] == name).any()]
    return [_against(name, judged[judged["indicator"] == name], found[found["indicator"] == name], scope) for name in order]


@otherwise("No figure is held for two years or more.")
def comparators_over_time(found: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: each area and its comparators over all years that are held."""
    known = [name for name in catalogue.indicators().index if (found["indicator"] == name).any()]
    shown = [_over_time(name, found[found["indicator"] == name], scope) for name in known]
    return [exhibit for exhibit in shown if exhibit.panels]


def _against(name: str, judged: pd.DataFrame, found: pd.DataFrame, scope: Scope) -> Exhibit:
    words = partial(context.value, name)
    period = judged["period"].iloc[0]
    every = list(zip(judged["comparator"], findings(judged), strict=True))
    said = [finding for comparator, finding in every if comparator == comparators.NEIGHBOURS] or [every[0][1]]
    mine = scope.official_measures
    mine = mine[(mine["indicator"] == name) & (mine["period"] == period) & (mine["category"] == catalogue.TOTAL)]
    panels, cells = [], []
    for area in [code for code in scope.official_areas if code in set(judged["area"])]:
        own = mine[mine["area"] == area].iloc[0]
        rows = found[(found["area"] == area) & (found["period"] == period)]
        points = _points(own, rows, name)
        spoken = [f"{row.label} {words(row.value, row.status)}" for row in points.itertuples(index=False)]
        identity = slug(f"official-{name}-{area}")
        title = f"{areas.label(area)}, {periods.label(period)}"
        description = f"{catalogue.indicators().at[name, 'title']}, {title}: {wording.listing(spoken)}."
        panels.append(panel(dots(points, title, words), identity, description, rows=len(points)))
        verdicts = {comparator: finding for comparator, finding in every if finding.area == area}
        cells += [_row(name, point, verdicts, area) for point in points.itertuples(index=False)]
    return Exhibit(
        identity=slug(f"official-{name}"),
        headline=said[0].headline if len(said) == 1 else f"{catalogue.indicators().at[name, 'title']}: {_values(mine, words)}",
        subtitle=f"{context.unit_heading(name)}, {periods.label(period)}, with 95% intervals. An area is never in what it is "
        "compared with",
        notes=tuple(each.headline for each in said) if len(said) > 1 else (),
        panels=tuple(panels),
        table=Table(
            f"{context.measured(name)}, {periods.label(period)}: areas and their comparators",
            (
                _FIRST,
                context.unit_heading(name),
                "95% interval",
                "Numerator",
                "Base",
                "Verdict",
                *context.DIFFERENCE,
                "No figure from",
            ),
            tuple(cells),
        ),
        source=context.source_line(mine["source"], scope),
        definition=(*context.definition(name), *_rules(found)),
    )


def _rules(found: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return how each comparator in use is made, in the words of `comparators.csv`."""
    rules = tables.read("comparators").set_index("id")["rule"]
    return tuple((_SHORT[each], rules[each]) for each in rules.index if (found["comparator"] == each).any())


def _points(own: pd.Series, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the area and its comparators as rows of a chart, each with its interval; a median has none."""
    entry = catalogue.indicators().loc[name]
    limits = rate_interval if entry["kind"] == "rate" else proportion_interval
    per = float(entry["per"]) if entry["kind"] == "rate" else 100.0
    held = rows["denominator"].notna()
    found = limits(rows["numerator"].where(held).to_numpy(float), rows["denominator"].where(held).to_numpy(float))
    others = rows.assign(
        label=rows["comparator"].map(_SHORT),
        lower=per * found.lower,
        upper=per * found.upper,
        focus=False,
        status="not_available",
    )
    area = pd.DataFrame([{**own.to_dict(), "label": areas.label(own["area"]), "focus": True, "comparator": "", "missing": ""}])
    columns = ["label", "comparator", "value", "status", "lower", "upper", "numerator", "denominator", "focus", "missing"]
    return pd.concat([area[columns], others[columns]], ignore_index=True)


def _row(name: str, point: object, verdicts: dict[str, Finding], area: str) -> tuple[str, ...]:
    comparator = point.comparator  # type: ignore[attr-defined]
    verdict = verdicts.get(comparator)
    label = point.label if not comparator else f"{areas.label(area)}: {comparators.name(comparator, area)}"  # type: ignore[attr-defined]
    said = "" if verdict is None else _VERDICTS.get(verdict.verdict, "Not tested")
    return (
        label,
        context.bare(name, point.value, point.status),  # type: ignore[attr-defined]
        context.interval(name, point.lower, point.upper),  # type: ignore[attr-defined]
        context.count(point.numerator),  # type: ignore[attr-defined]
        context.count(point.denominator),  # type: ignore[attr-defined]
        f"{areas.label(area)} is {said.lower()}" if said in ("Higher", "Lower") else said,
        *(("", "") if verdict is None else (verdict.change_words, verdict.interval_words)),
        point.missing,  # type: ignore[attr-defined]
    )


def _values(rows: pd.DataFrame, words: partial[str]) -> str:
    return wording.listing([f"{areas.label(row.area)} {words(row.value, row.status)}" for row in rows.itertuples(index=False)])


def _over_time(name: str, found: pd.DataFrame, scope: Scope) -> Exhibit:
    words = partial(context.value, name)
    mine = scope.official_measures
    mine = mine[(mine["indicator"] == name) & (mine["category"] == catalogue.TOTAL)]
    panels, cells = [], []
    for area in scope.official_areas:
        own = mine[mine["area"] == area]
        wide = _by_year(own, found[found["area"] == area], area)
        status = dict(zip(own["period"].map(periods.year_of), own["status"], strict=True))
        if wide.iloc[:, 0].notna().sum() < 2:
            continue
        titles = [areas.label(area), *(_SHORT[each] for each in _OVER_TIME if each in wide)]
        drawn = wide.set_axis(titles, axis=1).assign(label=[year[2:].replace("-", "/") for year in wide.index])
        last = drawn.dropna(subset=titles[0]).iloc[-1]
        spoken = [f"{title} {words(last[title])}" for title in titles if pd.notna(last[title])]
        title = catalogue.indicators().at[name, "title"]
        description = f"{title} by year; the latest: {wording.listing(spoken)}. All years are in the table."
        panels.append(panel(beside_over_time(drawn, areas.label(area), words), slug(f"over-{name}-{area}"), description))
        cells += [
            (
                f"{areas.label(area)}, {periods.label(year)}",
                context.bare(name, row["area"], status.get(year, "not_available")),
                *(context.bare(name, row.get(each, math.nan), "not_available") for each in _OVER_TIME),
            )
            for year, row in wide.iterrows()
        ]
    latest = mine[mine["value"].notna()].groupby("area", sort=False).last().reset_index()
    return Exhibit(
        identity=slug(f"over-{name}"),
        headline=f"{catalogue.indicators().at[name, 'title']}: {_values(latest, words)} in the latest year held",
        subtitle=f"{context.unit_heading(name)} by year, beside neighbours pooled, the rest of the region and of England",
        panels=tuple(panels),
        table=Table(
            f"{context.measured(name)}, by year: areas and their comparators",
            ("Area and year", "Area", *(_SHORT[each] for each in _OVER_TIME)),
            tuple(cells),
        ),
        source=context.source_line(mine["source"], scope),
        definition=(*context.definition(name), *_rules(found[found["comparator"].isin(_OVER_TIME)])),
    )


def _by_year(mine: pd.DataFrame, found: pd.DataFrame, area: str) -> pd.DataFrame:
    rows = found[found["comparator"].isin(_OVER_TIME)]
    every = pd.concat([mine.assign(comparator="area"), rows])
    every = every.assign(year=every["period"].map(periods.year_of))
    wide = every.pivot_table(index="year", columns="comparator", values="value", aggfunc="last", dropna=False)
    first, last = (int(year[:4]) for year in (wide.index.min(), wide.index.max()))
    wide = wide.reindex([f"{year}-{(year + 1) % 100:02d}" for year in range(first, last + 1)])  # a gap is time all the same
    return wide.reindex(columns=[each for each in ("area", *_OVER_TIME) if each == "area" or each in wide])


def _month(vintage: str) -> str:
    return pd.Timestamp(f"{vintage}-01").strftime("%B %Y")
