"""A sparkline: the shape of a series in the height of a line of text, drawn as an SVG of a few hundred bytes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from analysis.exhibits.parts.fragments import fragment
from analysis.exhibits.parts.style import FOCUS

_WIDTH, _HEIGHT, _MARGIN = 120, 32, 4


def sparkline(values: Sequence[float], description: str) -> Markup:
    """Return an inline SVG of the values in their order, from zero up, the latest marked; `description` is its text alternative.

    Fewer than two values have no shape: the result is empty.
    """
    if len(values) < 2:
        return Markup()
    highest = max(max(values), 1e-9)
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = [
        (round(_MARGIN + number * step, 1), round(_HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * value / highest, 1))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    return fragment("sparkline", description, _WIDTH, _HEIGHT, line, [f"{place:g}" for place in points[-1]], FOCUS)
