"""Small marks in tables, written as SVG of a few hundred bytes: the path of a series, a place among neighbours, a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from analysis.exhibits.parts.fragments import fragment
from analysis.exhibits.parts.style import FOCUS, PALETTE

_PATH_WIDTH, _SPINE_WIDTH, _HEIGHT, _MARGIN = 72, 120, 26, 8
_INKS = {"band": "#d9e1e8", "half": "#8794a0", "edge": "#5a6b7a", "ink": "#0b0c0c", "unlike": "#801650", "area": FOCUS}
_BARS = (FOCUS, PALETTE[1])
_LEAST_POINTS = 4


def path(values: Sequence[float], description: str) -> Markup:
    """Return the shape of a series of four values or more on a scale of its own, the latest marked; else nothing.

    >>> "polyline" in path([1, 2, 3, 2], "Referrals: 1, 2, 3 and 2.")
    True
    """
    if len(values) < _LEAST_POINTS:
        return Markup()
    lowest, highest = min(values), max(values)
    span = (highest - lowest) or 1.0
    step = (_PATH_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = [
        (round(_MARGIN + number * step, 1), round(_HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * (value - lowest) / span, 1))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    return fragment("sparkline", description, _PATH_WIDTH, _HEIGHT, line, [f"{place:g}" for place in points[-1]], FOCUS)


def spine(
    value: float, band: tuple[float, float], middle: float, scale: tuple[float, float], description: str,
    is_unlike: bool = False, others: Sequence[float] = (),
) -> Markup:  # fmt: skip
    """Return an area's place among its neighbours: band, line and mark on `scale`, which all areas of a row share.

    >>> "polygon" in spine(9.0, (2.0, 6.0), 4.0, (0.0, 10.0), "Above its neighbours.", is_unlike=True)
    True
    """
    low, high = scale
    span = (high - low) or 1.0

    def at(figure: float) -> float:
        inside = min(max(figure, low), high)
        return round(_MARGIN + (_SPINE_WIDTH - 2 * _MARGIN) * (inside - low) / span, 1)

    ends = [] if any(map(math.isnan, band)) else [at(band[0]), round(at(band[1]) - at(band[0]), 1)]
    tick = "" if math.isnan(middle) else at(middle)
    rings = [at(each) for each in others]
    return fragment("spine", description, _SPINE_WIDTH, _HEIGHT, ends, tick, at(value), is_unlike, rings, _INKS)


def spread(value: float, others: Sequence[float], description: str, is_outside: bool = False) -> Markup:
    """Return a place among all authorities: the 5th, 25th, 50th, 75th and 95th of 100 of them (`others`) and the mark of an area.

    The middle one stands in the centre, and the longer side ends at the edge; a mark beyond is held there.

    >>> "circle" in spread(9.0, (2.0, 4.0, 5.0, 6.0, 11.0), "Within the usual spread.")
    True
    """
    low, lower, middle, upper, high = others
    half = max(high - middle, middle - low) or 1.0
    centre = _SPINE_WIDTH / 2

    def at(figure: float) -> float:
        return round(centre + (centre - _MARGIN) * min(max((figure - middle) / half, -1.0), 1.0), 1)

    ends = [[at(start), round(at(end) - at(start), 1)] for start, end in ((low, high), (lower, upper))]
    return fragment("spread", description, _SPINE_WIDTH, _HEIGHT, ends, centre, at(value), is_outside, _INKS)


def bar(value: float, longest: float, place: int, description: str, tick: float = math.nan, other: float = math.nan) -> Markup:
    """Return a bar from zero on a scale that ends at `longest`: of the first area (place 0) or another one.

    >>> 'width="50.0%"' in bar(5.0, 10.0, 0, "Referrals: 5.")
    True
    """
    shares = [round(100 * each / longest, 1) if each > 0 else "" for each in (value, tick, other)]
    return fragment("journey_bar", description, shares[0] or 0, shares[1], shares[2], _BARS[min(place, 1)], _INKS)
