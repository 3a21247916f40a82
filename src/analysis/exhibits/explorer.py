"""Exploring in JupyterLab: widgets for domain, indicator, areas, period and comparators, and the code that makes what they show.

What is shown is made by running the very lines that stand above it, so that they can be pasted into a notebook.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import display

from analysis import catalogue, exhibits, store
from analysis.analyses import benchmark, change, trend
from analysis.catalogue import areas, periods, tables
from analysis.errors import SafeguardingError
from analysis.scope import scope

__all__ = ["VIEWS", "code", "explorer"]
_NAMES = {"benchmark": benchmark, "change": change, "exhibits": exhibits, "scope": scope, "trend": trend}
_MINE = 'mine = here.measures[here.measures["indicator"] == {indicator!r}]'
_EVERYWHERE = (
    'compared = benchmark.values(here.everywhere[here.everywhere["indicator"] == {indicator!r}], here.period, {comparators!r})'
)
# Each view is two lines below the scope, with the sentence for where there is nothing to show.
VIEWS: dict[str, tuple[str, str, str]] = {
    "By quarter": (
        _MINE,
        "exhibits.by_quarter(trend.by_quarter(mine, here.period), here)",
        "This indicator is not given by quarter for these areas.",
    ),
    "By year": (
        _MINE,
        "exhibits.by_year(trend.by_year(mine, here.period), here)",
        "Fewer than three years are held for these areas, and two points are a change, not a series: see year on year.",
    ),
    "Year on year": (
        _MINE,
        "exhibits.changes(change.year_on_year(mine, here.period), here)",
        "This can't be compared: no figure is held for both years, or it is a rate, which changes as its count does.",
    ),
    "Control chart": (
        _MINE,
        "exhibits.control_charts(trend.control(mine, here.period), here)",
        "Fewer than five quarters are held, so no control chart is drawn.",
    ),
    "Breakdown": (
        _MINE,
        "exhibits.profile(trend.profile(mine, here.period), here)",
        "This indicator is not broken down in this year.",
    ),
    "Beside other areas": (
        _EVERYWHERE,
        "exhibits.beside(compared, benchmark.against_others(compared, here.areas, {comparators!r}), {comparators!r}, here)",
        "This can't be compared between areas: it is a raw number, or fewer than two of them have it. Choose a rate or a share.",
    ),
}


def code(view: str, **chosen: Any) -> str:
    """Return the three lines that make a view of what is chosen: period, domain, areas, audience, indicator and comparators.

    They need the imports that stand in `explore.ipynb` above the widgets.
    """
    first = "here = scope(period={period!r}, domain={domain!r}, areas={areas!r}, audience={audience!r})"
    second, third, otherwise = VIEWS[view]
    return "\n".join((first, second, f"exhibits.show({third}, otherwise={otherwise!r})")).format(**chosen)


def explorer(*, period: str, domain: str, areas: list[str], audience: str, comparators: str) -> widgets.VBox:
    """Return the widgets, set to these choices; a change of any of them shows its exhibits at once, with their code."""
    choosers = _choosers(period, domain, areas, audience, comparators)
    lines, shown = widgets.HTML(), widgets.Output()
    names = _Names(store.load())

    def refresh(*_: object) -> None:
        chosen = {name: each.value for name, each in choosers.items()}
        chosen |= {"areas": list(chosen["areas"]), "audience": audience}
        written = code(chosen.pop("view"), **chosen) if chosen["indicator"] else ""
        lines.value = f"<pre>{_escaped(written)}</pre>"
        shown.clear_output(wait=True)
        with shown:
            _run(written)

    def refill(*_: object) -> None:
        """Offer what there is of another domain, its indicators and the areas that have a figure, and show its first."""
        for each in _others(choosers):
            each.unobserve(refresh, "value")
        chosen, offered = choosers["areas"].value, names.areas(choosers["domain"].value)
        choosers["indicator"].options, choosers["indicator"].index = names.indicators(choosers["domain"].value), 0
        choosers["areas"].options = offered
        choosers["areas"].value = [name for name in chosen if name in offered] or offered[:1]
        for each in _others(choosers):
            each.observe(refresh, "value")
        refresh()

    choosers["areas"].options, choosers["areas"].value = names.areas(domain), areas
    for each in _others(choosers):
        each.observe(refresh, "value")
    refill()
    choosers["domain"].observe(refill, "value")
    return widgets.VBox([widgets.HBox(list(choosers.values()), layout=widgets.Layout(flex_flow="row wrap")), lines, shown])


def _others(choosers: dict[str, Any]) -> list[Any]:
    """Return every widget but the domain, which refills the others first."""
    return [each for name, each in choosers.items() if name != "domain"]


def _choosers(period: str, domain: str, areas: list[str], audience: str, comparators: str) -> dict[str, Any]:
    here = scope(period=period, domain=domain, areas=areas, audience=audience, comparators=comparators)
    # A quarter without figures of its own can be asked for, where others of its year are held.
    spans = sorted({*here.store.observations["period"], here.period}, key=periods.order, reverse=True)
    sets = tables.read("peers").drop_duplicates("set")
    return {
        "domain": widgets.Dropdown(
            options=[(words, name) for name, words in catalogue.domains().items()], value=domain, description="Domain"
        ),
        "indicator": widgets.Dropdown(description="Indicator"),
        "areas": widgets.SelectMultiple(description="Areas", rows=4),
        "period": widgets.Dropdown(
            options=[(periods.label(span), span) for span in spans], value=here.period, description="Period"
        ),
        "comparators": widgets.Dropdown(
            options=list(zip(sets["title"], sets["set"], strict=True)), value=comparators, description="Beside"
        ),
        "view": widgets.Dropdown(options=list(VIEWS), description="View"),
    }


class _Names:
    """What there is to choose from: the indicators of a domain that have a figure, and the areas that have one."""

    def __init__(self, held: store.Store) -> None:
        from analysis.measures import measure

        measured = measure(held.observations)[["indicator", "area"]].drop_duplicates()
        self._held = measured.assign(domain=measured["indicator"].map(catalogue.indicators()["domain"]))

    def indicators(self, domain: str) -> list[tuple[str, str]]:
        mine: pd.Series = self._held.loc[self._held["domain"] == domain, "indicator"]
        return [(exhibits.measured(name), name) for name in mine.drop_duplicates()]

    def areas(self, domain: str) -> list[str]:
        mine = self._held.loc[self._held["domain"] == domain, "area"].unique()
        return sorted(areas.label(code) for code in mine)


def _run(written: str) -> None:
    """Run the lines that are shown; what the library refuses is shown as its one sentence."""
    try:
        exec(written, dict(_NAMES))  # noqa: S102 (our own lines, with values from our own lists)
    except SafeguardingError as refused:
        display(exhibits.Sentences((str(refused),), statement=True))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def __dir__() -> list[str]:
    return __all__
