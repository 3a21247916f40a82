"""Peers: an area held against the pooled others of a comparator set (`peers.csv`), by rates and shares, never by raw counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import catalogue
from analysis.analyses.benchmark.place import COLUMNS as PLACE_COLUMNS
from analysis.analyses.benchmark.place import in_order, placed, verdicts
from analysis.catalogue import areas, periods, tables, wording

_COMPARABLE = ("rate", "percentage")


def peers(name: str) -> pd.DataFrame:
    """Return the comparator set `name`: columns set, title, vintage, area, role (peer, or reference such as a region).

    Raises UnknownNameError for a set that `peers.csv` lacks.

    >>> peers("report").loc[:0, ["area", "role"]].values.tolist()
    [['E10000018', 'peer']]
    """
    table = tables.read("peers")
    catalogue.check_known(name, table["set"].unique(), "comparator set")
    return table[table["set"] == name].reset_index(drop=True)


def members(name: str) -> list[str]:
    """Return the codes of the areas of a comparator set that may be compared with each other: its peers, no regions.

    >>> members("report")[:2]
    ['E10000018', 'E06000017']
    """
    table = peers(name)
    return table.loc[table["role"] == "peer", "area"].tolist()


def values(measures: pd.DataFrame, period: str, comparators: str) -> pd.DataFrame:
    """Return the latest rates and shares of every area of the set, of the financial year of `period` or of 31 March at its end.

    One row for each indicator and area, in the columns of `measures`. Figures of the census serve every period. Indicators for
    which fewer than two areas have a figure are left out: there is nothing to compare.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> values(here.everywhere, here.period, "report").loc[:1, ["indicator", "area", "value"]].round(1).values.tolist()
    [['referrals_of_contacts_pct', 'E06000017', 59.9], ['referrals_of_contacts_pct', 'E10000018', 41.8]]
    """
    indicators = catalogue.indicators()
    spans = [periods.year_of(period), periods.year_end(period)]
    set_areas = peers(comparators)["area"]
    census = measures["indicator"].map(indicators["domain"]) == "census"
    rows = measures[
        (measures["period"].isin(spans) | census)
        & measures["area"].isin(set_areas)
        & measures["indicator"].map(indicators["kind"]).isin(_COMPARABLE)
        & (measures["category"] == catalogue.TOTAL)
        & measures["value"].notna()
    ]
    rows = rows.sort_values("period", kind="stable").drop_duplicates(["indicator", "area"], keep="last")
    enough = rows.groupby("indicator")["area"].transform("nunique") >= 2
    position = {name: number for number, name in enumerate(indicators.index)}
    # Of the rows kept alone: pandas takes an empty frame's rows from the column that it is given.
    positioned = rows[enough].assign(_position=rows.loc[enough, "indicator"].map(position))
    by = ["_position", "value", "area"]
    return positioned.sort_values(by, ascending=[True, False, True]).drop(columns="_position").reset_index(drop=True)


def against_others(compared: pd.DataFrame, focus: Sequence[str], comparators: str) -> pd.DataFrame:
    """Return each area of `focus` beside its peers: one row for each indicator, as `comparators.compared` gives them.

    `compared` is what `values` returned. `reference` is the peers' figure: the sum of their numerators over the sum of their
    bases, without the area; missing where one of several lacks its base. The verdict is "unlike" only where six peers or more
    have a figure and the area lies outside the range for one more like them. Regions and the country are never pooled: they
    contain the area.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> compared = values(here.everywhere, here.period, "report")
    >>> rows = against_others(compared, here.areas, "report")
    >>> rows.loc[:0, ["indicator", "value", "reference_name", "reference", "verdict"]].round(1).values.tolist()
    [['referrals_of_contacts_pct', 41.8, 'Rutland', 59.9, 'among']]
    """
    roles = peers(comparators).set_index("area")["role"]
    peer_rows = compared[compared["area"].map(roles) == "peer"]
    parts = []
    for area in focus:
        own = peer_rows[peer_rows["area"] == area].set_index("indicator")
        others = peer_rows[(peer_rows["area"] != area) & peer_rows["indicator"].isin(own.index)]
        if others.empty:
            continue
        own = own.loc[others["indicator"].unique()]
        parts.append(_beside_peers(own, others).assign(area=area))
    columns = ["indicator", "area", "category", "period", "value", "reference", "reference_name", *PLACE_COLUMNS]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return in_order(verdicts(rows[columns]))


def _beside_peers(own: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an area, by indicator, with its peers' pooled figure, whose name it has, and its place among them."""
    grouped = others.groupby("indicator", sort=False)
    wide = {
        side: others.pivot(index="indicator", columns="area", values=side).reindex(own.index)
        for side in ("numerator", "denominator", "value")
    }
    complete = wide["denominator"].notna().eq(wide["value"].notna()).all(axis=1)
    entries = catalogue.indicators().loc[own.index]
    scale = entries["per"].astype(float).where(entries["kind"] == "rate", 100.0)
    pooled = scale * wide["numerator"].sum(axis=1, min_count=1) / wide["denominator"].sum(axis=1, min_count=1)
    single = grouped.size().eq(1).reindex(own.index)
    names = grouped["area"].agg(_name_of).reindex(own.index)
    rows = own.assign(
        reference=pooled.where(complete, grouped["value"].first().where(single)), reference_name=names
    ).reset_index()
    sides = (own["numerator"], own["denominator"], wide["numerator"], wide["denominator"])
    return rows.join(placed(rows["indicator"], *(side.to_numpy(float) for side in sides)))


def coverage(compared: pd.DataFrame, comparators: str) -> pd.DataFrame:
    """Return for each indicator how many areas of the set have a figure, and which have none.

    Columns: indicator, members_with_figure, members, missing (names).

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> compared = values(here.everywhere, here.period, "report")
    >>> coverage(compared, "report").loc[:0, ["indicator", "members_with_figure", "members"]].values.tolist()
    [['referrals_of_contacts_pct', 2, 9]]
    """
    set_areas = peers(comparators)["area"].tolist()
    areas_with_figure = compared.groupby("indicator", sort=False)["area"].agg(set)
    return pd.DataFrame(
        {
            "indicator": areas_with_figure.index,
            "members_with_figure": [len(with_figure) for with_figure in areas_with_figure],
            "members": len(set_areas),
            "missing": [
                wording.listing([areas.label(area) for area in set_areas if area not in with_figure])
                for with_figure in areas_with_figure
            ],
        }
    )


def _name_of(codes: pd.Series) -> str:
    names = [areas.label(code) for code in codes]
    return names[0] if len(names) == 1 else f"the other {len(names)} areas together"
