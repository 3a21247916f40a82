"""The look of every chart: the Government Analysis Function's palette, plain axes, text that stays text."""

from __future__ import annotations

from typing import Any

# In the order in which they are to be used; at most four categories in one chart.
PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25")
FOCUS, BACKGROUND, BAND = "#12436D", "#8A8A8A", "#8794A0"  # the band is where a figure would be usual
NEIGHBOURS = "#D9E1E8"  # the band of most neighbours
NAMES = "#4d4d4d"  # of others in a chart
INK, GRID = "#1d1d1d", "#d9d9d9"
PANEL = (3.6, 2.35)  # inches: two panels stand side by side on a laptop, one fills a phone
SMALL_PANEL = (2.1, 1.5)  # two stand side by side on a phone

RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar in a label is a dollar
    "svg.hashsalt": "safeguarding-analysis",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # ticks are never above the axes: the title needn't look for them
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
}
