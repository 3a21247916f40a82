"""More kinds of chart: small multiples by quarter, stacked shares, and steps of a process. Each draws what it is given."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.exhibits.parts.charts import HEADROOM, ROOM_BESIDE, Draw, row_keys, set_rows, span_of
from analysis.exhibits.parts.style import FOCUS, INK, PALETTE

# What can be told apart by colour and named beside it; more parts than colours are drawn as bars.
MOST_PARTS = len(PALETTE)
# Ink that can be read on each colour of the palette, in its order.
_ON = ("#ffffff", INK, "#ffffff", INK)
# A part narrower than this, in per cent of the whole, has no room for its figure: it stands behind the bar, with its name.
_ROOM_IN_PART = 7.0
# Letters of the title of a small chart that fit its width.
_LETTERS = 20


def multiple(points: pd.DataFrame, title: str, words: Callable[[float], str], highest: float) -> Draw:
    """Return the drawing of one of several small charts on one scale up to `highest`: columns label, value."""

    def draw(axes: Axes) -> None:
        values = points["value"].to_numpy(float)
        sns.barplot(x=np.arange(len(values)), y=values, color=FOCUS, saturation=1, errorbar=None, width=0.7, ax=axes)
        axes.set(xlabel="", ylabel="", ylim=(0, HEADROOM * max(highest, 1.0)))
        axes.set_title(textwrap.fill(title, _LETTERS), fontsize=9)
        axes.set_xticks(np.arange(len(values)), points["label"])
        axes.tick_params(left=False, labelleft=False, bottom=False)
        axes.spines[["left"]].set_visible(False)
        axes.grid(visible=False)
        for x, value in enumerate(values):
            if not np.isnan(value):
                axes.annotate(words(value), (x, value), (0, 2), textcoords="offset points", ha="center", fontsize=8)

    return draw


def shares(table: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing of stacked shares: a row a bar, a column a part (four at most), values in per cent."""

    def draw(axes: Axes) -> None:
        left = np.zeros(len(table))
        beside: list[list[str]] = [[] for _ in left]
        for part, colour, ink in zip(table.columns, PALETTE, _ON, strict=False):
            values = table[part].to_numpy(float)
            axes.barh(np.arange(len(table)), values, left=left, color=colour, height=0.42, edgecolor="white", linewidth=0.8)
            for y, value in enumerate(values):
                if value >= _ROOM_IN_PART:
                    axes.annotate(words(value), (left[y] + value / 2, y), ha="center", va="center", fontsize=8, color=ink)
                else:
                    beside[y].append(f"{part} {words(value)}")
            left = left + values
        set_rows(axes, title, pd.Series(table.index))
        for y, narrow in enumerate(beside):
            axes.annotate("\n".join(narrow), (left[y], y), (4, 0), textcoords="offset points", va="center", fontsize=8)
        axes.set_xlim(0, max(100.0, left.max()) * (1.5 if any(beside) else 1.0))
        named = [Patch(color=colour, label=part) for part, colour in zip(table.columns, PALETTE, strict=False)]
        axes.legend(handles=named, loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False, fontsize=8, borderpad=0)

    return draw


def steps(points: pd.DataFrame, title: str, words: Callable[[float], str]) -> Draw:
    """Return the drawing of a process from its first step to its last: columns label, value, beside (words after the figure)."""

    def draw(axes: Axes) -> None:
        values = points["value"].to_numpy(float)
        sns.barplot(x=values, y=row_keys(points), orient="h", color=FOCUS, saturation=1, errorbar=None, width=0.42, ax=axes)
        set_rows(axes, title, pd.Series([f"{number}. {label}" for number, label in enumerate(points["label"], start=1)]))
        axes.set_xlim(0, ROOM_BESIDE * 1.35 * span_of(values)[1])
        for y, (value, beside) in enumerate(zip(values, points["beside"], strict=True)):
            said = f"{words(value)}{beside}"
            axes.annotate(said, (value, y), (3, 0), textcoords="offset points", va="center", fontsize=8)

    return draw
