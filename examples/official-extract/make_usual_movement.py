"""Make `usual_movement.csv`: how authorities' figures usually move from one year to the next, fitted to the figures that ship.

`python make_usual_movement.py DATA` reads the extract under `DATA/raw/official` and writes the table into the package. For each
count and share of the official collections and each year judged, c, s and freedom are fitted to the five pairs of years nearest
to that year, without it: a year is never judged by itself. A pair of years has an authority's figures under one code in both;
withheld cells leave it out. Net is less the median change of all authorities in that year, gross has nothing taken off.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.clean import official
from analysis.statistics import changes_on_scale, fit_usual_movement
from analysis.store import raw_files

TABLE = Path(tables.__file__).with_name("figures") / "usual_movement.csv"
NUMBERS = ("c", "s", "freedom", "gross_c", "gross_s", "gross_freedom")
COLUMNS = ("indicator", "year", *NUMBERS, "pairs", "source")
YEARS = [f"{year}-{(year + 1) % 100}" for year in range(2012, 2024)]  # judged; each is the later year of a pair
_NEAREST = 5  # pairs of years: authorities have become calmer, and of more years the fit is of another time
# No change is judged below ten events in both years, so such pairs have no say: five of the City of London alone would decide c.
_FEWEST_EVENTS = 10
_FEWEST = 100  # pairs of an authority's years; of fewer, the three numbers can't be told apart
_SOURCES = ("dfe-cin", "dfe-cla")
_SUFFIX = "-extract"
_AUTHORITIES = r"E(?:06|08|09|10)"
_POPULATION = "population_mid_year:0_17"
# Of figures without a spread of their own, and what it is taken from.
_RESTS_ON = {
    "count": "the 17 counts of this table, pooled, give c 2.1, s 0.156 and 5.7 (2013-14 to 2017-18); set wider than that.",
    "timeliness": "the 3 shares in time of this table, pooled, give c 0.8, s 0.097 and 3.4 (2013-14 to 2017-18).",
    "share": "set as wide as the widest of the 9 shares of this table (s to 0.1), as no default holds for all.",
}
_ASSUMED = {"count": ("4", "0.2", "4"), "timeliness": ("1", "0.095", "3.6"), "share": ("2", "0.1", "3")}


class Figure(NamedTuple):
    """A count by its base, or a share of its base: its name in the table, and what of the files it is made of."""

    name: str
    kind: Literal["rate", "proportion"]
    numerator: str
    base: str


def figures_of(held: pd.DataFrame) -> list[Figure]:
    """Return the counts and shares of the catalogue that the files hold: a count goes by its series, a share by its indicator."""
    columns = set(held.columns)
    found = dict[str, Figure]()
    for indicator in catalogue.indicators().itertuples():
        terms = catalogue.terms(indicator.numerator)
        if indicator.breakdown or not terms or not {_column(each) for each in terms} <= columns:
            continue
        if indicator.kind == "percentage":
            if indicator.denominator in columns:
                found[indicator.Index] = Figure(indicator.Index, "proportion", indicator.numerator, indicator.denominator)
        else:
            found[indicator.numerator] = Figure(indicator.numerator, "rate", indicator.numerator, _POPULATION)
    return list(found.values())


def held_in(data: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the shipped figures of authorities (a row for each area and year, a column for each figure) and the file of each."""
    readings = []
    for release in raw_files.releases(data):
        if release.source in _SOURCES and release.release.endswith(_SUFFIX):
            for file in sorted(release.checksums):
                path = f"{release.folder.relative_to(data / 'raw' / 'official').as_posix()}/{file}"
                readings.append(official.read(release, file).observations.assign(file=path))
    rows = pd.concat(readings, ignore_index=True)
    rows = rows[rows["area"].str.match(_AUTHORITIES)]
    rows["column"] = rows["series"] + (":" + rows["category"]).where(rows["category"] != catalogue.TOTAL, "")
    # The population of mid-2012 is the base of 2012-13 and of its last day.
    year_of = {period: periods.year_of(period) for period in rows["period"].unique()}
    rows["year"] = rows["period"].map(year_of)
    wide = rows.pivot(index=["area", "year"], columns="column", values="value")
    return wide, dict(rows.groupby("column")["file"].first())


def changes(held: pd.DataFrame, figure: Figure, year: str) -> tuple[np.ndarray, np.ndarray]:
    """Return each authority's change from the year before on its scale, and its counting variance; none across a break."""
    before = periods.year_before(year)
    is_broken = catalogue.break_between(_indicator(figure), f"{before[:4]}-04-01", periods.end(year))
    sides = [held.xs(each, level="year") for each in (year, before) if each in held.index.get_level_values("year")]
    if is_broken or len(sides) < 2:
        return np.empty(0), np.empty(0)
    codes = sides[0].index.intersection(sides[1].index)
    (x1, n1), (x0, n0) = ((_sum(side.loc[codes], figure.numerator), side.loc[codes, figure.base]) for side in sides)
    if figure.kind == "rate":  # three counties that ended in 2019, and the year before mid-2012, have no estimate: counts alone
        has_bases = n1.notna() & n0.notna()
        n1, n0 = n1.where(has_bases, 1.0), n0.where(has_bases, 1.0)
        is_in_use = np.maximum(x1, x0) >= _FEWEST_EVENTS
    else:
        is_in_use = (x1 <= n1) & (x0 <= n0)
    d, counting = changes_on_scale(*(each.where(is_in_use).to_numpy(float) for each in (x1, n1, x0, n0)), figure.kind)
    has_both = np.isfinite(d) & np.isfinite(counting)
    return d[has_both], counting[has_both]


def row_of(held: pd.DataFrame, files: dict[str, str], figure: Figure, year: str) -> dict[str, str]:
    """Return the table's row of a figure for the year judged; an empty one where there are too few pairs."""
    by_year = {each: changes(held, figure, each) for each in YEARS}
    fitted = nearest(year, [each for each in YEARS if len(by_year[each][0])])
    pairs = sum(len(by_year[each][0]) for each in fitted)
    if pairs < _FEWEST:
        return {}
    counting = np.concatenate([by_year[each][1] for each in fitted])
    gross = [by_year[each][0] for each in fitted]
    net = [each - np.median(each) for each in gross]
    numbers = [*fit_usual_movement(np.concatenate(net), counting), *fit_usual_movement(np.concatenate(gross), counting)]
    terms = (*catalogue.terms(figure.numerator), *catalogue.terms(figure.base))
    return {
        "indicator": figure.name,
        "year": year,
        **dict(zip(NUMBERS, (f"{each:.4g}" for each in numbers), strict=True)),
        "pairs": str(pairs),
        "source": " ".join(dict.fromkeys(files[_column(each)] for each in terms)),
    }


def nearest(year: str, years: list[str]) -> list[str]:
    """Return the five years nearest to a year, itself left out; of two equally near the earlier."""
    at = int(year[:4])
    others = sorted((each for each in years if each != year), key=lambda each: (abs(int(each[:4]) - at), each))
    return sorted(others[:_NEAREST])


def write(data: Path, path: Path = TABLE) -> Path:
    """Write the table made of the extract in `data` and return its path."""
    held, files = held_in(data)
    rows = [row for figure in figures_of(held) for year in YEARS if (row := row_of(held, files, figure, year))]
    assumed = [
        dict(zip(COLUMNS, (f"assumed_{name}", "all", *numbers, *numbers, "", f"Assumed: {_RESTS_ON[name]}"), strict=True))
        for name, numbers in _ASSUMED.items()
    ]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *assumed])
    return path


def _indicator(figure: Figure) -> str:
    """Return an indicator that has the figure as its numerator, whose breaks count."""
    known = catalogue.indicators()
    return figure.name if figure.name in known.index else str(known.index[known["numerator"] == figure.numerator][0])


def _column(term: catalogue.Term) -> str:
    return term.series if term.category == catalogue.TOTAL else f"{term.series}:{term.category}"


def _sum(side: pd.DataFrame, reference: str) -> pd.Series:
    return sum((each.sign * side[_column(each)] for each in catalogue.terms(reference)), start=pd.Series(0.0, side.index))


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]))}\n")
