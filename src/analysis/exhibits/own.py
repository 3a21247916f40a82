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
from analysis.disclosure import policy
from analysis.disclosure.policy import DisclosureError
from analysis.exhibits.parts import columns, context
from analysis.exhibits.parts.charts import bars as bar_chart
from analysis.exhibits.parts.charts import over_time, panel
from analysis.exhibits.parts.comparator_lines import beside_over_time
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, slug
from analysis.scope import Scope

_IDENTITY = ["indicator", "area", "period", "category"]
_MOST_LINES = 4  # that can be told apart, each named at its end
_MOST_BARS = 40


def table(frame: pd.DataFrame, *, headline: str, source: Scope) -> Exhibit | Sentences:
    """Return a frame as a table under a headline: a row a row, in the order given.

    `source` is the scope that the figures come from (`here`). Where the frame has no row, one sentence says so. Raises
    DisclosureError for figures that the audience of `source` isn't shown, TypeError for what is no frame.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="dols", areas=["Rutland"])
    >>> rows = here.measures.query("indicator == 'dols_referrals' and category == 'all'")
    >>> table(rows, headline="Referrals for an authorisation", source=here).table.columns
    ('When', 'Indicator', 'Area', 'Number', '95% interval', 'Printed at')
    """
    rows = _checked(frame, source)
    if rows.empty:
        return _nothing(source)
    return _exhibit(rows, headline, source, ())


def lines(frame: pd.DataFrame, *, x: str, y: str, headline: str, source: Scope, hue: str = "") -> Exhibit | Sentences:
    """Return a frame as lines in order of `x`, with its table beneath: one line, or one for each value of `hue`, four at most.

    `y` is a column of numbers; the first value of `hue` is drawn dark. No line leads over a gap. Raises as `table` does, and
    ValueError for a column that isn't there, more lines than can be told apart, or two figures at one place.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="children", areas=["Leicestershire"])
    >>> rows = here.measures.query("indicator == 'referrals' and period.str.contains('Q')")
    >>> lines(rows, x="period", y="value", headline="Referrals by quarter", source=here)
    Exhibit: Referrals by quarter
    """
    rows = _checked(frame, source, x, y, *([hue] if hue else []))
    if rows.empty:
        return _nothing(source)
    words = columns.words(rows, y)
    wide = _wide(rows, x, y, hue)
    if len(wide.columns) > _MOST_LINES:
        raise ValueError(f"{len(wide.columns)} lines can't be told apart: choose {_MOST_LINES} values of {hue!r} or fewer.")
    ticks = [_tick(value) for value in wide.index]
    if hue:
        points = wide.reset_index(drop=True).assign(label=ticks)
        drawing = beside_over_time(points[["label", *wide.columns]], columns.heading(rows, y), words)
    else:
        limits = rows.set_index(x).reindex(wide.index)
        nothing = pd.Series(np.nan, wide.index)
        points = pd.DataFrame(
            {
                "label": ticks,
                "value": wide.iloc[:, 0].to_numpy(float),
                "lower": limits.get("lower", nothing).to_numpy(float),
                "upper": limits.get("upper", nothing).to_numpy(float),
            }
        )
        drawing = over_time(points, columns.heading(rows, y), words)
    spoken = [
        f"{name + ', ' if hue else ''}{columns.in_words(x, at)} {words(value)}"
        for name, column in wide.items()
        for at, value in column.items()
    ]
    return _exhibit(rows, headline, source, (panel(drawing, _identity(headline), _description(headline, spoken)),))


def bars(frame: pd.DataFrame, *, x: str, y: str, headline: str, source: Scope, hue: str = "") -> Exhibit | Sentences:
    """Return a frame as bars with its table beneath: for each value of `x` a bar as long as the number in `y`.

    With `hue` there is a chart for each of its values. Raises as `table` does, and ValueError for a column that isn't there or
    for more bars than can be read.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", domain="dols", areas=["Leicestershire", "Rutland"])
    >>> rows = here.measures.query("indicator == 'dols_referrals' and category == 'all'")
    >>> bars(rows, x="area", y="value", headline="Referrals for an authorisation", source=here)
    Exhibit: Referrals for an authorisation
    """
    rows = _checked(frame, source, x, y, *([hue] if hue else []))
    if rows.empty:
        return _nothing(source)
    words, panels = columns.words(rows, y), []
    for value, group in rows.groupby(hue, sort=False) if hue else [("", rows)]:
        if len(group) > _MOST_BARS:
            raise ValueError(f"{len(group)} bars can't be read: choose {_MOST_BARS} rows or fewer.")
        points = pd.DataFrame({"label": [columns.in_words(x, each) for each in group[x]], "value": group[y].to_numpy(float)})
        title = columns.in_words(hue, value) if hue else columns.heading(rows, y)
        spoken = [f"{label} {words(number)}" for label, number in points.itertuples(index=False)]
        identity = _identity(f"{headline} {value}")
        panels.append(panel(bar_chart(points, title, words), identity, _description(title, spoken), rows=len(points)))
    return _exhibit(rows, headline, source, tuple(panels))


def _checked(frame: pd.DataFrame, source: Scope, *needed: str) -> pd.DataFrame:
    """Return the frame with its named index as columns, after proving that the columns are there and the audience may see it."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"A frame is needed, such as `here.measures`, not {type(frame).__name__}.")
    if not isinstance(source, Scope):
        raise TypeError("`source` is the scope that the figures come from: source=here.")
    rows = frame.reset_index() if any(frame.index.names) else frame.reset_index(drop=True)
    for column in needed:
        if column not in rows:
            raise ValueError(f"The frame has no column {column!r}: it has {', '.join(map(str, rows.columns))}.")
    of = frame.attrs.get("audience", source.audience)
    if of != source.audience:
        raise DisclosureError(f"The frame was made for the audience {of!r}, and this page is for {source.audience!r}.")
    _check_shown(rows, source)
    return rows


def _check_shown(rows: pd.DataFrame, source: Scope) -> None:
    """Raise DisclosureError for a figure of an indicator that isn't the one that the audience is shown."""
    if policy.is_exact(source.audience):
        return
    known = catalogue.indicators().index
    long = [rows[[*_places(rows), "value"]]] if {"indicator", "area", "period", "value"} <= set(rows) else []
    if {"area", "period"} <= set(rows):
        wide = [column for column in rows if column in known]
        long += [rows[["area", "period"]].assign(indicator=name, value=rows[name]) for name in wide]
    for figures in long:
        given = figures.assign(category=figures.get("category", catalogue.TOTAL)).dropna(subset="value")
        measured = pd.concat([source.everywhere, source.official]) if _has_official(source) else source.everywhere
        shown = given.merge(measured[[*_IDENTITY, "value"]], on=_IDENTITY, how="left", suffixes=("", "_shown"))
        same = np.isclose(shown["value"].astype(float), shown["value_shown"].astype(float))
        fits = shown.assign(fits=same).groupby(_IDENTITY)["fits"].any()
        if not fits.all():
            indicator, area, period, _ = fits.index[~fits][0]
            figure = f"{catalogue.indicators().at[indicator, 'title']}, {areas.label(area)}, {periods.label(period)}"
            raise DisclosureError(
                f"The frame has a figure for {figure} that the audience {source.audience!r} isn't shown: take it from "
                "`here`, and give what you work out of it a column with a name of its own."
            )


def _places(rows: pd.DataFrame) -> list[str]:
    return [column for column in _IDENTITY if column in rows]


def _has_official(source: Scope) -> bool:
    return bool(catalogue.is_official(pd.Series(list(source.origins))).any())


def _nothing(source: Scope) -> Sentences:
    return Sentences((f"There is no row to show. {source.contents()}",), statement=True)


def _exhibit(rows: pd.DataFrame, headline: str, source: Scope, panels: tuple[str, ...]) -> Exhibit:
    named = rows["indicator"].unique().tolist() if "indicator" in rows else []
    named += [str(column) for column in rows if column in catalogue.indicators().index]
    sources = rows["source"].astype(str) if "source" in rows else pd.Series(dtype=str)
    return Exhibit(
        identity=_identity(headline),
        headline=headline,
        subtitle=_subtitle(rows, named),
        panels=panels,
        table=columns.table(rows, headline),
        source=context.source_line(sources, source) if len(sources) else "Worked out from the figures of the pages beside.",
        definition=context.definition(named[0]) if len(named) == 1 else (),
        open_table=not panels,
    )


def _subtitle(rows: pd.DataFrame, indicators: list[str]) -> str:
    titles = wording.listing([context.measured(name) for name in indicators[:3]])
    more = f" and {len(indicators) - 3} more" if len(indicators) > 3 else ""
    return titles + more


def _wide(rows: pd.DataFrame, x: str, y: str, hue: str) -> pd.DataFrame:
    """Return a column for each line and a row for each place in order, with every period between the first and the last."""
    keys = [x, *([hue] if hue else [])]
    twice = rows[rows.duplicated(keys)]
    if not twice.empty:
        place = ", ".join(columns.in_words(key, twice.iloc[0][key]) for key in keys)
        raise ValueError(f"Two rows of the frame are for {place}: choose one of them, or name a column in `hue`.")
    names = [columns.in_words(hue, value) for value in rows[hue]] if hue else "value"
    wide = rows.assign(_line=names).pivot(index=x, columns="_line", values=y)
    wide = wide[list(dict.fromkeys([names] if isinstance(names, str) else names))]
    if x == "period" and all(map(columns.is_period, wide.index)):
        every = {*wide.index, *periods.through(wide.index[0], wide.index[-1])}
        return wide.reindex(sorted(every, key=periods.order))
    return wide


def _tick(value: Any) -> str:
    return columns.tick(value) if isinstance(value, str) and columns.is_period(value) else columns.in_words("", value)


def _identity(headline: str) -> str:
    return slug(f"own-{headline}")[:80].strip("-")


def _description(title: str, spoken: list[str]) -> str:
    return f"{title}: {wording.listing(spoken)}."
