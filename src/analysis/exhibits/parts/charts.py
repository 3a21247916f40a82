"""The kinds of chart, each a short function: figures in, one SVG panel with its own description out. Nothing else draws."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from analysis.exhibits.parts.style import BACKGROUND, BAND, FOCUS, INK, PALETTE, PANEL, RC, SMALL_PANEL
from analysis.exhibits.parts.svg import inline

_SVG_DPI = 72  # points to the inch: texts are measured as they are written
_PAD = 3.0  # points at the edge of a chart
# Room above the highest point or its interval for the figure printed at it.
HEADROOM = 1.18
# Values and ticks that fit beside each other under and above a line.
_TICKS = 6
# The part of an axis that a figure under its point needs, so that it doesn't stand on the axis; and half of one's width.
_ROOM_BELOW, _HALF_A_FIGURE = 0.12, 0.065
# A line of the chart doesn't run through a word.
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
# Points of the axis beside a title, and of a letter of it: a long one takes two lines.
_BESIDE_TITLE, _LETTER = 30.0, 6.3
# Letters of a row's name that fit the width; the table beneath has every name in full.
_LETTERS = 66
# Room beyond the longest bar or interval for the figure printed beside it.
ROOM_BESIDE = 1.22


def over_time(points: pd.DataFrame, title: str, words: Callable[[float], str], top: float | None = None) -> Draw:
    """Return the drawing of values in order of time: columns label, value, lower, upper (limits NaN where there are none).

    No line leads over a missing value. Of many points those that tell the story are printed: first, last, highest and lowest.
    """

    def draw(axes: Axes) -> None:
        place, values = np.arange(len(points)), points["value"].to_numpy(float)
        stretch = np.cumsum(np.isnan(values))  # seaborn leaves missing values out and would draw across
        if not np.isnan(values).all():
            sns.lineplot(x=place, y=values, units=stretch, estimator=None, marker="o", color=FOCUS, ax=axes)
        axes.vlines(place, points["lower"], points["upper"], color=FOCUS, linewidth=1.2)
        lowest, highest = span_of(points[["value", "upper"]])
        limit = min(HEADROOM * highest, 1.08 * top) if top else HEADROOM * highest
        axes.set(title=title, xlabel="", ylabel="", xlim=(-0.4, len(points) - 0.6), ylim=(HEADROOM * lowest, limit))
        step = -(-len(points) // _TICKS)
        axes.set_xticks(place[::-step], points["label"][::-step])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        for x in printed_points(values):
            _print_beside(axes, words(values[x]), x, points[["value", "lower", "upper"]].to_numpy(float))

    return draw


def _print_beside(axes: Axes, text: str, x: int, points: np.ndarray) -> None:
    """Print a figure at its point, clear of the lines that lead to it and away from it: above, or to a side, or below."""
    value, (bottom, limit) = points[x, 0], axes.get_ylim()
    lowest, highest = np.nanmin(points[x]), np.nanmax(points[x])
    beside = [points[each, 0] if 0 <= each < len(points) else np.nan for each in (x - 1, x + 1)]
    # How far towards its neighbours a figure reaches, and whether the line is higher there than where it would stand.
    reach = min(1.0, _HALF_A_FIGURE * len(points))
    before, after = (bool(value + reach * (each - value) > highest) for each in beside)
    y, shift, side, edge, box = highest, (0, 3), "center", "bottom", None
    at_axis = x == 0 and len(points) > _TICKS
    if after and not beside[0] < value and lowest - bottom > _ROOM_BELOW * (limit - bottom):
        y, shift, edge = lowest, (-3 if at_axis else 0, -3 if lowest < value else -5), "top"
        side = "left" if at_axis else side
    elif before and after:
        box = _CLEAR
    elif after:
        shift, side = (-2, 2), "right"
    elif before:
        shift, side = (2, 3), "left"
    elif at_axis:
        shift, side = (-3, 3), "left"
    axes.annotate(text, (x, y), shift, textcoords="offset points", ha=side, va=edge, fontsize=8, bbox=box)


def printed_points(values: np.ndarray) -> list[int]:
    """Return which points of a line have their value printed: all of a few; of many the ends, and the extremes clear of them."""
    held = np.flatnonzero(~np.isnan(values))
    if len(values) <= _TICKS or not len(held):
        return held.tolist()
    chosen = [int(held[0]), int(held[-1])]
    for extreme in (np.nanargmax(values), np.nanargmin(values)):
        if all(abs(extreme - each) > 1 for each in chosen):
            chosen.append(int(extreme))
    return sorted(chosen)


def bars(points: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing of horizontal bars in the order given: columns label, value."""

    def draw(axes: Axes) -> None:
        values = points["value"].to_numpy(float)
        sns.barplot(x=values, y=row_keys(points), orient="h", color=FOCUS, saturation=1, errorbar=None, width=0.42, ax=axes)
        set_rows(axes, title, points["label"])
        lowest, highest = span_of(values)
        axes.set_xlim(ROOM_BESIDE * lowest, ROOM_BESIDE * highest)
        for y, value in enumerate(values):
            if not np.isnan(value):
                shift, side = (-3, "right") if value < 0 else (3, "left")
                place = (shift, 0)
                axes.annotate(words(value), (value, y), place, textcoords="offset points", va="center", ha=side, fontsize=8)

    return draw


def dots(points: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing of areas beside each other: columns label, value, lower, upper, focus (True for the area asked for)."""

    def draw(axes: Axes) -> None:
        values = points["value"].to_numpy(float)
        colours = np.where(points["focus"], FOCUS, BACKGROUND)
        keys = row_keys(points)
        axes.hlines(keys, points["lower"], points["upper"], colors=colours, linewidth=1.6)
        palette = dict(zip(keys, colours, strict=True))
        sns.stripplot(x=values, y=keys, hue=keys, palette=palette, jitter=False, size=8, legend=False, ax=axes)
        set_rows(axes, title, points["label"])
        lowest, highest = span_of(points[["value", "upper"]])
        axes.set_xlim(ROOM_BESIDE * lowest, ROOM_BESIDE * highest)
        for y, (value, upper) in enumerate(points[["value", "upper"]].to_numpy(float)):
            if not np.isnan(value):
                place, shift = (np.nanmax([value, upper]), y), (5 if upper > value else 8, 0)
                axes.annotate(words(value), place, shift, textcoords="offset points", va="center", fontsize=8)

    return draw


def forest(points: pd.DataFrame, title: str) -> Draw:
    """Return the drawing of changes beside their usual ranges: columns label, estimate, lower, upper and words.

    A change outside its range is a diamond, one inside a dot.
    """

    def draw(axes: Axes) -> None:
        limits = points[["lower", "upper"]].to_numpy(float)
        estimates = points["estimate"].to_numpy(float)
        outside = (estimates < limits[:, 0]) | (estimates > limits[:, 1])
        axes.axvline(0, color=INK, linewidth=1)
        rows = np.arange(len(points))
        axes.hlines(rows, limits[:, 0], limits[:, 1], colors=BAND, linewidth=5)
        for marked, colour, marker in ((~outside, INK, "o"), (outside, FOCUS, "D")):
            axes.plot(estimates[marked], rows[marked], marker, color=colour, markersize=7, markeredgecolor="white")
        set_rows(axes, title, points["label"])
        furthest = np.maximum(limits[:, 1], estimates)
        low, high = span_of(np.column_stack([limits, estimates]))
        axes.set_xlim(low - 0.05 * (high - low), high + 0.3 * (high - low))
        for y, (words, right) in enumerate(zip(points["words"], furthest, strict=True)):
            axes.annotate(words, (right, y), (8, 0), textcoords="offset points", va="center", fontsize=8, bbox=_CLEAR)

    return draw


def control_chart(points: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing of an XmR chart: columns label, value, centre, lower, upper, signal (a rule marks it) and phase.

    No line leads over a missing value, nor from one phase to the next, which is another series.
    """

    def draw(axes: Axes) -> None:
        place = np.arange(len(points))
        values, phase = points["value"].to_numpy(float), points["phase"].to_numpy(int)
        stretch = np.cumsum(np.isnan(values) | (np.diff(phase, prepend=phase[:1]) != 0))
        if not np.isnan(values).all():
            sns.lineplot(x=place, y=values, units=stretch, estimator=None, color=BACKGROUND, ax=axes)
        for column, style in (("centre", "-"), ("lower", "--"), ("upper", "--")):
            for each in np.unique(phase):
                mine = phase == each
                axes.step(place[mine], points[column][mine], where="mid", color=INK, linewidth=0.9, linestyle=style)
        marked = points["signal"].to_numpy(bool)
        axes.plot(place[~marked], values[~marked], "o", color=BACKGROUND, markersize=4)
        axes.plot(place[marked], values[marked], "D", color=PALETTE[2], markersize=6)
        lowest, highest = span_of(points[["value", "upper"]])
        # Room at the right for the latest figure, clear of the line that leads to it.
        right = 1.14 * (len(points) - 1)
        axes.set(title=title, xlabel="", ylabel="", xlim=(-0.4, right), ylim=(HEADROOM * lowest, HEADROOM * highest))
        every = max(1, len(points) // 6)
        axes.set_xticks(place[::every], points["label"].iloc[::every])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.annotate(words(values[-1]), (place[-1], values[-1]), (6, 0), textcoords="offset points", va="center", fontsize=8)

    return draw


def funnel_plot(points: pd.DataFrame, title: str) -> Draw:
    """Return the drawing of a funnel: columns base, value, label, focus, target and the four lines; the focus is named."""

    def draw(axes: Axes) -> None:
        ordered = points.sort_values("base")
        for column, style in (("lower_95", "--"), ("upper_95", "--"), ("lower_998", "-"), ("upper_998", "-")):
            axes.plot(ordered["base"], ordered[column], color=INK, linewidth=0.9, linestyle=style)
        axes.axhline(points["target"].iloc[0], color=INK, linewidth=0.9)
        focus = points["focus"].to_numpy(bool)
        colours = {True: FOCUS, False: BACKGROUND}
        sns.scatterplot(data=points, x="base", y="value", hue="focus", palette=colours, legend=False, s=22, linewidth=0, ax=axes)
        for label, base, value in points.loc[focus, ["label", "base", "value"]].itertuples(index=False):
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8}
            axes.annotate(label, (base, value), (5, 5), textcoords="offset points", fontsize=8.5, fontweight="bold", bbox=box)
        axes.set(title=title, xlabel="Size of the base", ylabel="", xscale="log")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))

    return draw


Draw = Callable[[Axes], None]


def panel(draw: Draw, identity: str, description: str, rows: int = 0, *, small: bool = False) -> str:
    """Return one inline SVG: drawn by `draw`, described by `description`, its ids prefixed by `identity`.

    `rows` gives a chart of rows (bars, dots, changes) the height that so many need; `small` is for one of several.
    """
    width, height = SMALL_PANEL if small else PANEL
    with mpl.rc_context(RC):
        figure = _figure(width * (1.25 if rows else 1), 0.5 + 0.42 * rows if rows else height)
        # While an axis has a label seaborn doesn't look whether it needs one, which takes as long as drawing the points.
        axes = figure.add_subplot(xlabel=" ", ylabel=" ")
        draw(axes)
        if not small:  # those wrap their own
            fits = int((figure.bbox.width - _BESIDE_TITLE) / _LETTER)
            axes.set_title(textwrap.fill(axes.get_title(loc="left"), fits), loc="left")
        _lay_out(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return inline(buffer.getvalue(), identity, description)


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=_SVG_DPI)
    FigureCanvasSVG(figure)
    return figure


def _lay_out(figure: Figure) -> None:
    """Give the axes what the texts around them leave, measured once: matplotlib's engines measure twice and draw once more."""
    (axes,) = figure.axes
    width, height = figure.bbox.size
    outer, inner = axes.get_tightbbox(for_layout_only=True), axes.bbox
    assert outer is not None
    left, below = inner.x0 - outer.x0 + _PAD, inner.y0 - outer.y0 + _PAD
    right, above = outer.x1 - inner.x1 + _PAD, outer.y1 - inner.y1 + _PAD
    axes.set_position((left / width, below / height, 1 - (left + right) / width, 1 - (below + above) / height))


def span_of(values: np.ndarray | pd.DataFrame) -> tuple[float, float]:
    """Return the lowest and the highest value, zero among them; 0 and 1 where there is nothing but zeros or gaps."""
    every = np.append(np.asarray(values, dtype=float), 0.0)
    lowest, highest = float(np.nanmin(every)), float(np.nanmax(every))
    return (lowest, highest) if lowest < highest else (0.0, 1.0)


def row_keys(points: pd.DataFrame) -> list[str]:
    """Return a name for each row: two rows with the same words stay two, where seaborn would make one of them."""
    return [f"row {number}" for number in range(len(points))]


def set_rows(axes: Axes, title: str, labels: pd.Series) -> None:
    """Set each row's label above its bar or point, from the left edge: long names fit, and a phone can show them."""
    axes.set(title=title, xlabel="", ylabel="", ylim=(len(labels) - 0.6, -0.8))
    axes.grid(visible=False)
    axes.tick_params(left=False, bottom=False, labelbottom=False, labelleft=False)
    axes.spines[["bottom"]].set_visible(False)
    edge = axes.get_yaxis_transform()
    for y, label in enumerate(labels):
        place, shift, text = (0, y - 0.28), (2, 0), textwrap.shorten(label, _LETTERS, placeholder="…")
        name = axes.annotate(
            text, place, shift, xycoords=edge, textcoords="offset points", va="bottom", fontsize=8.5, bbox=_CLEAR
        )
        name.set_in_layout(False)  # a long one would squeeze the chart to nothing
