"""The explorer for JupyterLab: widgets for domain, indicator, areas, period and comparators, with exhibits and their code.

The exhibits are made by running the lines of code that are shown above them, so these can be pasted into a notebook.
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
# {title of a view: the line for its figures, the call for its exhibits, the sentence if there are none}
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
    """Return the three lines that make a view, with the choices of period, domain, areas, audience, indicator and comparators.

    They need the imports that stand above the widgets in `explore.ipynb`.
    """
    scope_line = "here = scope(period={period!r}, domain={domain!r}, areas={areas!r}, audience={audience!r})"
    figures_line, exhibits_line, sentence_if_empty = VIEWS[view]
    show_line = f"exhibits.show({exhibits_line}, otherwise={sentence_if_empty!r})"
    return "\n".join((scope_line, figures_line, show_line)).format(**chosen)


def explorer(*, period: str, domain: str, areas: list[str], audience: str, comparators: str) -> widgets.VBox:
    """Return the widgets, set to these choices; whenever one is changed, the new exhibits are shown with their code."""
    choosers = _choosers(period, domain, areas, audience, comparators)
    code_shown, output = widgets.HTML(), widgets.Output()
    names = _Names(store.load())

    def refresh(*_: object) -> None:
        choices = {name: chooser.value for name, chooser in choosers.items()}
        choices |= {"areas": list(choices["areas"]), "audience": audience}
        lines = code(choices.pop("view"), **choices) if choices["indicator"] else ""
        code_shown.value = f"<pre>{_escaped(lines)}</pre>"
        output.clear_output(wait=True)
        with output:
            _run(lines)

    def refill(*_: object) -> None:
        """Offer the indicators and areas with a figure in another domain, and show the first indicator."""
        for chooser in _others(choosers):
            chooser.unobserve(refresh, "value")
        chosen_areas, area_names = choosers["areas"].value, names.areas(choosers["domain"].value)
        choosers["indicator"].options, choosers["indicator"].index = names.indicators(choosers["domain"].value), 0
        choosers["areas"].options = area_names
        choosers["areas"].value = [name for name in chosen_areas if name in area_names] or area_names[:1]
        for chooser in _others(choosers):
            chooser.observe(refresh, "value")
        refresh()

    choosers["areas"].options, choosers["areas"].value = names.areas(domain), areas
    for chooser in _others(choosers):
        chooser.observe(refresh, "value")
    refill()
    choosers["domain"].observe(refill, "value")
    return widgets.VBox([widgets.HBox(list(choosers.values()), layout=widgets.Layout(flex_flow="row wrap")), code_shown, output])


def _others(choosers: dict[str, Any]) -> list[Any]:
    """Return every widget but that of the domain, which refills the others first."""
    return [chooser for name, chooser in choosers.items() if name != "domain"]


def _choosers(period: str, domain: str, areas: list[str], audience: str, comparators: str) -> dict[str, Any]:
    here = scope(period=period, domain=domain, areas=areas, audience=audience, comparators=comparators)
    # The period of the page is offered even if it has no figure of its own.
    all_periods = sorted({*here.store.observations["period"], here.period}, key=periods.order, reverse=True)
    sets = tables.read("peers").drop_duplicates("set")
    return {
        "domain": widgets.Dropdown(
            options=[(words, name) for name, words in catalogue.domains().items()], value=domain, description="Domain"
        ),
        "indicator": widgets.Dropdown(description="Indicator"),
        "areas": widgets.SelectMultiple(description="Areas", rows=4),
        "period": widgets.Dropdown(
            options=[(periods.label(period_id), period_id) for period_id in all_periods], value=here.period, description="Period"
        ),
        "comparators": widgets.Dropdown(
            options=list(zip(sets["title"], sets["set"], strict=True)), value=comparators, description="Beside"
        ),
        "view": widgets.Dropdown(options=list(VIEWS), description="View"),
    }


class _Names:
    """The choices for a domain: its indicators that have a figure, and the areas that have one."""

    def __init__(self, held: store.Store) -> None:
        from analysis.measures import measure

        measures_held = measure(held.observations)[["indicator", "area"]].drop_duplicates()
        self._held = measures_held.assign(domain=measures_held["indicator"].map(catalogue.indicators()["domain"]))

    def indicators(self, domain: str) -> list[tuple[str, str]]:
        indicators_of_domain: pd.Series = self._held.loc[self._held["domain"] == domain, "indicator"]
        return [(exhibits.measured(name), name) for name in indicators_of_domain.drop_duplicates()]

    def areas(self, domain: str) -> list[str]:
        codes = self._held.loc[self._held["domain"] == domain, "area"].unique()
        return sorted(areas.label(code) for code in codes)


def _run(lines: str) -> None:
    """Run the lines that are shown; an error of the library is shown as its one sentence."""
    try:
        exec(lines, dict(_NAMES))  # noqa: S102 (our own lines, with values from our own lists)
    except SafeguardingError as error:
        display(exhibits.Sentences((str(error),), statement=True))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def __dir__() -> list[str]:
    return __all__
