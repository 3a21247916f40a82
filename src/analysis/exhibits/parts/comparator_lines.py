"""An area beside its comparators over the years: the area dark and marked, the others grey, each named at its end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from analysis.exhibits.parts.charts import Draw
from analysis.exhibits.parts.style import BACKGROUND, FOCUS

_DASHES = ("-", "--", ":")
_APART = 0.09  # of the height: two names closer than this would run into each other


def beside_over_time(points: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing: a row a year in order, column `label` its tick, the next the area, the rest comparators."""
    names = [column for column in points.columns if column != "label"]

    def draw(axes: Axes) -> None:
        place = np.arange(len(points))
        values = points[names].to_numpy(float)
        top = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
        top = 1.12 * top if top > 0 else 1.0
        for number, name in enumerate(names[1:]):
            axes.plot(place, points[name], color=BACKGROUND, linewidth=1.4, linestyle=_DASHES[number % len(_DASHES)])
        axes.plot(place, points[names[0]], color=FOCUS, linewidth=1.8, marker="o", markersize=4)
        axes.set(title=title, xlabel="", ylabel="", xlim=(-0.4, len(points) - 1 + 0.55 * len(points)), ylim=(0, top))
        axes.set_xticks(place[:: _every(len(points))], points["label"].iloc[:: _every(len(points))])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        for name, (at, height) in zip(names, _ends(values, top), strict=True):
            if not np.isnan(height):
                colour = FOCUS if name == names[0] else "#4d4d4d"
                last = points[name].dropna().iloc[-1]
                axes.annotate(f"{name} {words(last)}", (at, height), (5, 0), textcoords="offset points", va="center", fontsize=8,
                              color=colour, fontweight="bold" if name == names[0] else "normal")  # fmt: skip

    return draw


def _every(count: int) -> int:
    return max(1, -(-count // 5))


def _ends(values: np.ndarray, top: float) -> list[tuple[float, float]]:
    """Return for each line where its name stands: beside its last point, moved up where names would run into each other."""
    present = np.isfinite(values)
    last = np.where(present.any(axis=0), values.shape[0] - 1 - present[::-1].argmax(axis=0), 0)
    heights = np.array([values[row, column] if present[row, column] else np.nan for column, row in enumerate(last)])
    previous = -np.inf
    for column in np.argsort(heights):
        if np.isnan(heights[column]):
            continue
        heights[column] = max(heights[column], previous + _APART * top)
        previous = heights[column]
    return [(float(values.shape[0] - 1), float(height)) for height in heights]
