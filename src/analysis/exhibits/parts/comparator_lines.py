"""An area beside its comparators over the years: the area dark and marked, others grey lines or a band, each named at its end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from analysis.exhibits.parts.charts import Draw
from analysis.exhibits.parts.style import BACKGROUND, BAND, FOCUS, NAMES, NEIGHBOURS

_DASHES = ("-", "--", ":")
_APART = 0.09  # of the height: two names closer than this would run into each other


def beside_over_time(
    points: pd.DataFrame, title: str, words: Callable[[float], str], band: tuple[str, pd.DataFrame] | None = None
) -> Draw:
    """Return the drawing: a row a year in order, column `label` its tick, the next the area, the rest comparators.

    `band` is the name of a range of other areas, and its lower and upper end in each row of `points`.
    """
    names = [column for column in points.columns if column != "label"]

    def draw(axes: Axes) -> None:
        place = np.arange(len(points))
        values = points[names].to_numpy(float)
        name_of_band, ends = band or ("", pd.DataFrame())
        every = np.concatenate([values, ends.to_numpy(float)], axis=1) if band else values
        top = float(np.nanmax(every)) if np.isfinite(every).any() else 1.0
        top = 1.12 * top if top > 0 else 1.0
        said = [f"{name} {words(points[name].dropna().iloc[-1])}" if points[name].notna().any() else "" for name in names]
        if band:
            axes.fill_between(place, ends.iloc[:, 0], ends.iloc[:, 1], facecolor=NEIGHBOURS, edgecolor=BAND, linewidth=0.6)
            last = ends.dropna()
            said.append(f"{name_of_band}\n{words(last.iloc[-1, 0])} to {words(last.iloc[-1, 1])}" if len(last) else "")
            values = np.column_stack([values, ends.mean(axis=1)])
        for number, name in enumerate(names[1:]):
            axes.plot(
                place, points[name], color=BACKGROUND, linewidth=1.4, linestyle=_DASHES[(number + bool(band)) % len(_DASHES)]
            )
        axes.plot(place, points[names[0]], color=FOCUS, linewidth=1.8, marker="o", markersize=4)
        axes.set(title=title, xlabel="", ylabel="", xlim=(-0.4, len(points) - 1 + 0.55 * len(points)), ylim=(0, top))
        axes.set_xticks(place[:: _every(len(points))], points["label"].iloc[:: _every(len(points))])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        lines = [text.count("\n") + 1 for text in said]
        for number, (text, (at, height)) in enumerate(zip(said, _ends(values, top, lines), strict=True)):
            if text:
                colour, weight = (FOCUS, "bold") if number == 0 else (NAMES, "normal")
                axes.annotate(text, (at, height), (5, 0), textcoords="offset points", va="center", fontsize=8,
                              color=colour, fontweight=weight)  # fmt: skip

    return draw


def _every(count: int) -> int:
    return max(1, -(-count // 5))


def _ends(values: np.ndarray, top: float, lines: list[int]) -> list[tuple[float, float]]:
    """Return where each name of so many lines stands: beside its last point, moved from the other names and the top."""
    present = np.isfinite(values)
    last = np.where(present.any(axis=0), values.shape[0] - 1 - present[::-1].argmax(axis=0), 0)
    heights = np.array([values[row, column] if present[row, column] else np.nan for column, row in enumerate(last)])
    order = [column for column in np.argsort(heights) if not np.isnan(heights[column])]
    halves = _APART * top * np.array(lines) / 2
    below = -np.inf  # the upper edge of the name below
    for column in order:
        heights[column] = max(heights[column], below + halves[column])
        below = heights[column] + halves[column]
    above = top  # a name beyond the axis is not drawn
    for column in reversed(order):
        heights[column] = min(heights[column], above - halves[column])
        above = heights[column] - halves[column]
    return [(float(values.shape[0] - 1), float(height)) for height in heights]
