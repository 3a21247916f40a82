"""Which areas and years an official file must have: every year from its first, and every area that existed then."""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError

_LONDON, _PARTS_OF_LONDON = "E12000007", {"E13000001", "E13000002"}


def check_coverage(rows_with_area: pd.DataFrame, layout: Layout, file: str) -> None:
    """Raise DataError unless every year from the first is present, and has a row of every area that existed then.

    The frame has `area`, `level`, `year` (of the file) and `on` (the day on which an authority must exist). Files that list the
    authorities of one day for all years (`listed`) must have each of them in every year; an extract may have any areas.
    """
    _check_apart(rows_with_area, file)
    if layout.of_file("coverage") == "extract":
        return
    years = sorted(rows_with_area["year"].unique())
    first = int(layout.of_file("first"))
    missing = sorted(set(range(first, years[-1] + 1)) - set(years))
    if missing:
        raise DataError(file, found=f"no row for {missing[0]}", expected=f"every year from {first} to {years[-1]}")
    if set(rows_with_area["level"]) == {"country"}:
        return
    _check_levels(rows_with_area, years, file)
    above_authorities = rows_with_area[rows_with_area["level"] != "authority"]
    authorities = rows_with_area[rows_with_area["level"] == "authority"]
    listed = {code for area in authorities["area"].unique() for code in areas.members(area) or [area]}
    for (year, on), group in authorities.groupby(["year", "on"]):
        required = listed if layout.of_file("coverage") == "listed" else _authorities_on(str(on)) - layout.absent()
        present = {code for area in group["area"].unique() for code in areas.members(area) or [area]}
        _check_areas(required, present, int(year), file)
        _check_areas(
            set(above_authorities["area"]), set(above_authorities.loc[above_authorities["year"] == year, "area"]), int(year), file
        )


def _check_apart(rows_with_area: pd.DataFrame, file: str) -> None:
    """Raise DataError for an authority that has a row of its own and is in a joint one, in the same year."""
    if not any(areas.members(area) for area in rows_with_area["area"].unique()):
        return
    there = rows_with_area[["area", "year"]].drop_duplicates()
    joint = there.assign(member=there["area"].map(areas.members)).explode("member").dropna(subset="member")
    twice = joint.merge(there.rename(columns={"area": "member"}), on=["member", "year"])
    if len(twice):
        found = f"a row of {areas.label(twice['member'].iloc[0])} for {twice['year'].iloc[0]}"
        raise DataError(file, found=found, expected=f"none beside that of {areas.label(twice['area'].iloc[0])}")


def _check_levels(rows_with_area: pd.DataFrame, years: list[int], file: str) -> None:
    """Raise DataError unless every year has authorities, and a file with regions has all of them, and the country above them."""
    for year in years:
        present = rows_with_area[rows_with_area["year"] == year]
        if not (present["level"] == "authority").any():
            raise DataError(file, found=f"no row of an authority for {year}", expected="a row of every authority in every year")
    regions = set(rows_with_area.loc[rows_with_area["level"] == "region", "area"])
    if not regions:
        return
    # Some files have inner and outer London in the place of London.
    missing = sorted(set(_regions()) - regions - ({_LONDON} if regions & _PARTS_OF_LONDON else set()))
    if missing:
        raise DataError(file, found=f"no row of {areas.label(missing[0])}", expected="a row of every region in every year")
    if not (rows_with_area["level"] == "country").any():
        raise DataError(
            file, found=f"no row of {areas.label(areas.ENGLAND)}", expected="one in every year, as there are of its regions"
        )


def _check_areas(required: set[str], present: set[str], year: int, file: str) -> None:
    if required - present:
        name = areas.label(min(required - present))
        raise DataError(file, found=f"no row of {name} for {year}", expected="one of every area in every year")
    if present - required:
        code = min(present - required)
        raise DataError(file, found=f"a row of {areas.label(code)} ({code}) for {year}", expected="areas that existed then")


@cache
def _regions() -> tuple[str, ...]:
    table = tables.read("areas")
    is_region = (table["type"] == "region") & (table["region"] == areas.ENGLAND) & ~table["code"].isin(_PARTS_OF_LONDON)
    return tuple(table.loc[is_region, "code"])


@cache
def _authorities_on(on: str) -> set[str]:
    table = tables.read("areas")
    is_authority = table["code"].str.match(r"E(06|08|09|10)")
    has_begun = (table["valid_from"] == "") | (table["valid_from"] <= on)
    has_not_ended = (table["valid_to"] == "") | (table["valid_to"] >= on)
    return set(table.loc[is_authority & has_begun & has_not_ended, "code"])
