"""Exploring in JupyterLab: widgets for domain, indicator, areas, period and comparators, and the code that makes what they show.

What is shown is made by running the very lines that stand above it, so that they can be pasted into a notebook. Only what is
held is offered, each choice by what was chosen before it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import display

from analysis import catalogue, exhibits, store
from analysis.analyses import benchmark, change, trend
from analysis.catalogue import areas, periods, tables
from analysis.errors import SafeguardingError
from analysis.exhibits import reasons
from analysis.scope import Scope, scope

__all__ = ["VIEWS", "View", "code", "explorer"]
_NAMES = {"benchmark": benchmark, "change": change, "exhibits": exhibits, "scope": scope, "trend": trend}
_HERE = "here = scope(period={period!r}, domain={domain!r}, areas={areas!r}, audience={audience!r})"
_MINE = 'mine = here.measures[here.measures["indicator"] == {indicator!r}]'


@dataclass(frozen=True)
class View:
    """One way to look at an indicator: lines below the scope, of which the last makes `frame`; what shows it; why it is empty.

    `why` takes the indicator's figures in the areas chosen, and the scope.
    """

    lines: tuple[str, ...]
    frame: str
    shows: str
    why: Callable[[pd.DataFrame, Scope], str]


def _of_mine(frame: str, made: str, shows: str, why: Callable[[pd.DataFrame, Scope], str]) -> View:
    return View((_MINE, f"{frame} = {made}"), frame, shows, why)


VIEWS: dict[str, View] = {
    "By quarter": _of_mine(
        "quarters", "trend.by_quarter(mine, here.period)", "exhibits.by_quarter(quarters, here)", reasons.no_quarters
    ),
    "By year": _of_mine("years", "trend.by_year(mine, here.period)", "exhibits.by_year(years, here)", reasons.no_years),
    "Year on year": _of_mine(
        "judged",
        "change.year_on_year(mine, here.period).query(\"verdict != 'missing'\")",
        "exhibits.changes(judged, here)",
        reasons.no_pair,
    ),
    "Control chart": _of_mine(
        "charts", "trend.control(mine, here.period)", "exhibits.control_charts(charts, here)", reasons.no_control_chart
    ),
    "Breakdown": _of_mine("parts", "trend.profile(mine, here.period)", "exhibits.profile(parts, here)", reasons.no_breakdown),
}
_BESIDE = "Beside other areas"


def _beside(comparators: str, indicator: str) -> View:
    """Return the view of areas beside a set of others, or beside their statistical neighbours in official statistics."""
    why = partial(reasons.none_beside, indicator=indicator, comparators=comparators)
    if comparators == benchmark.NEIGHBOURS:
        near = (
            "found = benchmark.references(here.official, here.official_figures, here.official_areas, here.official_year)",
            "judged = benchmark.compared(here.official_measures, found, here.official_year)",
            'near = judged[judged["indicator"] == {indicator!r}]',
        )
        return View(near, "near", "exhibits.against_comparators(near, found, here)", why)
    lines = (
        'everyone = here.everywhere[here.everywhere["indicator"] == {indicator!r}]',
        "compared = benchmark.values(everyone, here.period, {comparators!r})",
    )
    shows = "exhibits.beside(compared, benchmark.against_others(compared, here.areas, {comparators!r}), {comparators!r}, here)"
    return View(lines, "compared", shows, why)


def code(view: str, **chosen: Any) -> tuple[str, dict[str, Any]]:
    """Return the lines that make a view of what is chosen, and the names that they give when run but for the last.

    `chosen` are period, domain, indicator, areas, audience and comparators. The lines need the imports that stand in
    `explore.ipynb` above the widgets. Where there is nothing to show, the last line says why.
    """
    made = _beside(chosen["comparators"], chosen["indicator"]) if view == _BESIDE else VIEWS[view]
    lines = [line.format(**chosen) for line in (_HERE, *made.lines)]
    names: dict[str, Any] = dict(_NAMES)
    exec("\n".join(lines), names)  # noqa: S102 (our own lines, with values from our own lists)
    shows = made.shows.format(**chosen)
    if names[made.frame].empty:
        here = names["here"]
        mine = here.measures[here.measures["indicator"] == chosen["indicator"]]
        shows += f", otherwise={made.why(mine, here)!r}"
    return "\n".join([*lines, f"exhibits.show({shows})"]), names


def explorer(*, period: str, domain: str, areas: list[str], audience: str, comparators: str) -> widgets.VBox:
    """Return the widgets, set to these choices; a change of any of them shows its exhibits at once, with their code."""
    asked = scope(period=period, domain=domain, areas=areas, audience=audience, comparators=comparators)
    return _Explorer(asked, comparators).box


class _Explorer:
    """The widgets and what they show: a choice refills what can be chosen after it."""

    def __init__(self, asked: Scope, comparators: str) -> None:
        self.audience, self.figures = asked.audience, _figures(asked.audience)
        self.lines, self.shown, self.filling = widgets.HTML(), widgets.Output(), False
        held = set(self.figures["domain"])
        sets = tables.read("peers").drop_duplicates("set")
        beside = [*zip(sets["title"], sets["set"], strict=True), ("their statistical neighbours", benchmark.NEIGHBOURS)]
        self.domain = widgets.Dropdown(
            options=[(words, name) for name, words in catalogue.domains().items() if name in held], description="Domain"
        )
        self.indicator = widgets.Dropdown(description="Indicator")
        self.areas = widgets.SelectMultiple(description="Areas", rows=4)
        self.period = widgets.Dropdown(description="Period")
        self.comparators = widgets.Dropdown(options=beside, value=comparators, description="Beside")
        self.view = widgets.Dropdown(options=[*VIEWS, _BESIDE], description="View")
        choosers = [self.domain, self.indicator, self.areas, self.period, self.comparators, self.view]
        self.domain.value = asked.domain if asked.domain in held else self.domain.options[0][1]
        self._fill_indicators([areas.label(code) for code in asked.areas], asked.period)
        for each in choosers:
            each.observe(self._turned, "value")
        self._show()
        choices = widgets.HBox(choosers, layout=widgets.Layout(flex_flow="row wrap"))
        self.box = widgets.VBox([choices, self.lines, self.shown])

    def _turned(self, turned: Any) -> None:
        if self.filling:
            return
        with self._fill():
            if turned["owner"] is self.domain:
                self._fill_indicators(self.areas.value, self.period.value)
            elif turned["owner"] is self.indicator:
                self._fill_areas(self.areas.value, self.period.value)
            elif turned["owner"] is self.areas and self.areas.value:
                self._fill_periods(self.period.value)
        self._show()

    @contextmanager
    def _fill(self) -> Any:
        """Keep what is filled in from being taken for a choice."""
        self.filling = True
        try:
            yield
        finally:
            self.filling = False

    def _fill_indicators(self, chosen: Any, period: str) -> None:
        """Offer the indicators of the domain that have a figure, and go on with the first."""
        mine = self.figures[self.figures["domain"] == self.domain.value]
        held = set(mine["indicator"])
        names = [name for name in catalogue.indicators().index if name in held]
        self.indicator.options = [(exhibits.measured(name), name) for name in names]
        self.indicator.index = 0
        self._fill_areas(chosen, period)

    def _fill_areas(self, chosen: Any, period: str) -> None:
        """Offer the areas that have a figure of the indicator; those chosen stay where they have one."""
        mine = self.figures[self.figures["indicator"] == self.indicator.value]
        offered = sorted({areas.label(code) for code in mine["area"].unique()})
        self.areas.options = offered
        self.areas.value = [name for name in chosen if name in offered] or offered[:1]
        self._fill_periods(period)

    def _fill_periods(self, period: str) -> None:
        """Offer the periods that the areas chosen have a figure of; the one chosen stays, else one of its year, or the latest."""
        mine = self.figures[self.figures["indicator"] == self.indicator.value]
        codes = mine["area"].map(areas.label).isin(self.areas.value)
        spans = sorted(mine.loc[codes, "period"].unique(), key=periods.order, reverse=True)
        self.period.options = [(periods.label(span), span) for span in spans]
        if spans:
            same_year = [span for span in spans if periods.year_of(span) == periods.year_of(period)]
            self.period.value = period if period in spans else (same_year or spans)[0]

    def _show(self) -> None:
        """Show what is chosen and the lines that make it; what the library refuses is shown as its one sentence."""
        written = ""
        self.shown.clear_output(wait=True)
        with self.shown:
            try:
                if self.areas.value and self.period.value:
                    written, names = code(self.view.value, **self._chosen())
                    exec(written.splitlines()[-1], names)  # noqa: S102 (the last of our own lines)
                else:
                    display(exhibits.Sentences(("Choose one area or more.",), statement=True))
            except SafeguardingError as refused:
                display(exhibits.Sentences((str(refused),), statement=True))
        self.lines.value = f"<pre>{_escaped(written)}</pre>"

    def _chosen(self) -> dict[str, Any]:
        names = ("domain", "indicator", "period", "comparators")
        return {name: getattr(self, name).value for name in names} | {"areas": list(self.areas.value), "audience": self.audience}


def _figures(audience: str) -> pd.DataFrame:
    """Return indicator, area, period and domain of every figure that this audience is shown, of whatever period."""
    latest = max(store.read().observations["period"].unique(), key=periods.order)
    held = scope(period=latest, audience=audience).everywhere
    places = held.loc[held["value"].notna(), ["indicator", "area", "period"]].drop_duplicates()
    return places.assign(domain=places["indicator"].map(catalogue.indicators()["domain"]))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def __dir__() -> list[str]:
    return __all__
