"""Exhibits of an analyst's own: a table, lines or bars of any tidy frame, in the style of the pack and protected like all of it.

A frame has one row for each figure, as `here.measures` has, or a column for each indicator. Columns that the library knows
(area, period, category, an indicator's id) are put into words and printed as everywhere else; any other column keeps its name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.disclosure.policy import DisclosureError
from analysis.errors import FrameError
from analysis.exhibits.parts import columns, context
from analysis.exhibits.parts.charts import bars as bar_chart
from analysis.exhibits.parts.charts import over_time, panel
from analysis.exhibits.parts.comparator_lines import beside_over_time
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, slug
from analysis.exhibits.parts.shown import check_shown, statuses
from analysis.scope import Scope
from analysis.store import RANGE

_MOST_LINES = 4  # that can be told apart, each named at its end
_MOST_BARS = 40
_BLANK = "An empty cell has no figure: it is withheld, or none is held. It does not mean zero."
# Columns whose figures may be missing: limits, the numbers behind a figure, and the range of an implied level.
_NEED_NO_FIGURE = ("lower", "upper", "numerator", "denominator", *RANGE)


def table(frame: pd.DataFrame, *, headline: str, source: Scope) -> Exhibit | Sentences:
    """Return a frame as a table under a headline: a row a row, in the order given.

    `source` is the scope that the figures come from (`here`). Where the frame has no row, one sentence says so. Raises
    DisclosureError for figures that the audience of `source` isn't shown, FrameError for what is no frame.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="dols", areas=["Leicestershire", "Rutland"])
    >>> rows = here.measures.query("indicator == 'dols_referrals' and period == '2012-13' and category == 'all'")
    >>> table(rows, headline="Referrals for an authorisation", source=here).table.columns
    ('Area', 'Indicator', 'When', 'Number', '95% interval', 'Printed at')
    """
    rows = _checked(frame, source)
    return _nothing(source) if rows.empty else _exhibit(rows, headline, source)


def lines(frame: pd.DataFrame, *, x: str, y: str, headline: str, source: Scope, hue: str = "") -> Exhibit | Sentences:
    """Return a frame as lines in order of `x`, with its table beneath: one line, or one for each value of `hue`, four at most.

    `y` is a column of numbers; the first value of `hue` is drawn dark. No line leads over a gap. Raises as `table` does, and
    FrameError for a column that isn't there, more lines than can be told apart, or two figures at one place.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="children", areas=["Leicestershire"])
    >>> rows = here.measures.query("indicator == 'referrals' and period.str.contains('Q')")
    >>> lines(rows, x="period", y="value", headline="Referrals by quarter", source=here)
    Exhibit: Referrals by quarter
    """
    rows = _checked(frame, source, x, y, *([hue] if hue else []))
    if rows.empty:
        return _nothing(source)
    words, wide = columns.words(rows, y), _wide(rows, x, y, hue)
    if len(wide.columns) > _MOST_LINES:
        raise FrameError(f"{len(wide.columns)} lines can't be told apart: choose {_MOST_LINES} values of {hue!r} or fewer.")
    points = wide.reset_index(drop=True).assign(label=[_tick(value) for value in wide.index])
    if hue:
        drawing = beside_over_time(points[["label", *wide.columns]], columns.heading(rows, y), words)
    else:
        limits = rows.set_index(x).reindex(wide.index, columns=["lower", "upper"]).astype(float)
        # A figure that was worked out of another has not its interval.
        limits = limits if y == columns.limits_of(rows) else limits * np.nan
        drawing = over_time(points.join(limits.reset_index(drop=True)), columns.heading(rows, y), words)
    keys = [key for key in (hue, x) if key]
    places = [", ".join(columns.in_words(key, row[key]) for key in keys) for row in rows.to_dict("records")]
    chart = panel(drawing, _identity(headline), _description(headline, places, rows, y, source))
    return _exhibit(rows, headline, source, (chart,), first=x)


def bars(frame: pd.DataFrame, *, x: str, y: str, headline: str, source: Scope, hue: str = "") -> Exhibit | Sentences:
    """Return a frame as bars with its table beneath: for each value of `x` a bar as long as the number in `y`.

    With `hue` there is a chart for each of its values. Raises as `table` does, and FrameError for a column that isn't there,
    two figures at one place, or more bars than can be read.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="dols", areas=["Leicestershire", "Rutland"])
    >>> rows = here.measures.query("indicator == 'dols_referrals' and period == '2012-13' and category == 'all'")
    >>> bars(rows, x="area", y="value", headline="Referrals for an authorisation", source=here)
    Exhibit: Referrals for an authorisation
    """
    rows = _checked(frame, source, x, y, *([hue] if hue else []))
    if rows.empty:
        return _nothing(source)
    _check_once(rows, [x, *([hue] if hue else [])], "choose one of them, or name a column in `hue`")
    words, panels = columns.words(rows, y), []
    for value, group in rows.groupby(hue, sort=False) if hue else [("", rows)]:
        if len(group) > _MOST_BARS:
            raise FrameError(f"{len(group)} bars can't be read: choose {_MOST_BARS} rows or fewer.")
        places = [columns.in_words(x, each) for each in group[x]]
        points = pd.DataFrame({"label": places, "value": group[y].to_numpy(float)})
        title = columns.in_words(hue, value) if hue else columns.heading(rows, y)
        drawing = bar_chart(points, title, words)
        identity = _identity(f"{headline} {columns.in_words(hue, value)}")
        panels.append(panel(drawing, identity, _description(title, places, group, y, source), rows=len(points)))
    return _exhibit(rows, headline, source, tuple(panels), first=x)


def _checked(frame: pd.DataFrame, source: Scope, *needed: str) -> pd.DataFrame:
    """Return the frame with its named index as columns, after proving that the columns are there and the audience may see it."""
    if not isinstance(frame, pd.DataFrame):
        hint = ": `.to_frame()` makes one of a column" if isinstance(frame, pd.Series) else ", such as `here.measures`"
        raise FrameError(f"A frame is needed, not {_article(type(frame).__name__)}{hint}.")
    if not isinstance(source, Scope):
        raise FrameError("`source` is the scope that the figures come from: source=here.")
    if frame.columns.nlevels > 1:
        raise FrameError("The columns of the frame have two levels: give `pivot` and `agg` one column of figures to work on.")
    rows = frame.reset_index() if any(frame.index.names) else frame.reset_index(drop=True)
    for column in needed:
        if column not in rows:
            raise FrameError(f"The frame has no column {column!r}: it has {', '.join(map(str, rows.columns))}.")
    made_for = frame.attrs.get("audience", source.audience)
    if made_for != source.audience:
        raise DisclosureError(f"The frame was made for the audience {made_for!r}, and this page is for {source.audience!r}.")
    check_shown(rows, source)
    return rows


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _check_once(rows: pd.DataFrame, keys: list[str], remedy: str) -> None:
    twice = rows[rows.duplicated(keys)]
    if not twice.empty:
        place = ", ".join(columns.in_words(key, twice.iloc[0][key]) for key in keys)
        raise FrameError(f"Two rows of the frame are for {place}: {remedy}.")


def _nothing(source: Scope) -> Sentences:
    return Sentences((f"There is no row to show. {source.contents()}",), statement=True)


def _exhibit(rows: pd.DataFrame, headline: str, source: Scope, panels: tuple[str, ...] = (), first: str = "") -> Exhibit:
    named = rows["indicator"].unique().tolist() if "indicator" in rows else []
    named += [str(column) for column in rows if columns.is_indicator(column)]
    shown = columns.table(rows, headline, statuses(rows, source), first)
    return Exhibit(
        identity=_identity(headline),
        headline=headline,
        subtitle=_subtitle(named, source),
        notes=(_BLANK,) if _has_blank(rows, shown.rows) else (),
        panels=panels,
        table=shown,
        source=_source(rows, named, source),
        definition=context.definition(named[0]) if len(named) == 1 else (),
        open_table=not panels,
    )


def _has_blank(rows: pd.DataFrame, cells: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether a figure of a column of the analyst's own is missing: measures print why, or need none."""
    own = [column for column in rows.select_dtypes("number") if column not in _NEED_NO_FIGURE]
    return bool(rows[own].isna().any(axis=None)) and any("" in row for row in cells)


def _source(rows: pd.DataFrame, named: list[str], source: Scope) -> str:
    """Return where the figures were printed: as their rows say, else all that figures of the kind can be worked out of."""
    if "source" in rows:
        return context.source_line(rows["source"].astype(str), source)
    measures = source.measures
    rows = measures[measures["indicator"].isin(named)] if named else measures
    return f"Worked out from: {context.source_line(rows['source'], source)}"


def _subtitle(indicators: list[str], source: Scope) -> str:
    titles = wording.listing([context.measured(name) for name in indicators[:3]])
    more = f" and {len(indicators) - 3} more" if len(indicators) > 3 else ""
    place = wording.listing([areas.label(code) for code in source.areas])
    about = f"{catalogue.domains()[source.domain]}, {place}" if source.domain else place
    return (titles or about) + more


def _wide(rows: pd.DataFrame, x: str, y: str, hue: str) -> pd.DataFrame:
    """Return a column for each line and a row for each place in order, with every period between the first and the last."""
    _check_once(rows, [x, *([hue] if hue else [])], "choose one of them, or name a column in `hue`")
    names = [columns.in_words(hue, value) for value in rows[hue]] if hue else ["value"] * len(rows)
    wide = rows.assign(_line=names).pivot(index=x, columns="_line", values=y)[list(dict.fromkeys(names))]
    if x != "period" or not all(map(columns.is_period, wide.index)):
        return wide
    if len({periods.kind(each) for each in wide.index}) > 1:
        raise FrameError("The frame has periods of two kinds, which no line joins: choose its years, its quarters or its dates.")
    ordered = sorted(wide.index, key=periods.order)
    every = {*ordered, *periods.through(ordered[0], ordered[-1])}
    return wide.reindex(sorted(every, key=periods.order))


def _tick(value: Any) -> str:
    return columns.tick(value) if isinstance(value, str) and columns.is_period(value) else columns.in_words("", value)


def _identity(headline: str) -> str:
    return slug(f"own-{headline}")[:80].strip("-")


def _description(title: str, places: list[str], rows: pd.DataFrame, y: str, source: Scope) -> str:
    figures = columns.in_figures(rows, y, statuses(rows, source))
    return f"{title}: {wording.listing([f'{place} {figure}'.strip() for place, figure in zip(places, figures, strict=True)])}."
