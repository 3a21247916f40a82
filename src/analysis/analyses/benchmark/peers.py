"""Peers: an area held against the pooled others of a comparator set (`peers.csv`), by rates and shares, never by raw counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import PAIR_COLUMNS, judge
from analysis.catalogue import areas, periods, tables, wording

_COMPARABLE = ("rate", "percentage")
_NUMBERS = ("value", "numerator", "denominator", "reference", "reference_numerator", "reference_denominator")


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
    """Return judged pairs: each area of `focus` against all its peers that have a figure, pooled without it.

    `compared` is what `values` returned; the columns are those of `findings.judge`. The peers' figure is the sum of their
    numerators over the sum of their bases. Where one of them lacks its base nothing is pooled, and the row gives the reason.
    Regions and the country are never pooled: they contain the area.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> compared = values(here.everywhere, here.period, "report")
    >>> rows = against_others(compared, here.areas, "report")
    >>> rows.loc[:0, ["indicator", "value", "reference", "verdict"]].round(1).values.tolist()
    [['initial_assessments_10_days_pct', 57.2, 96.2, 'down']]
    """
    roles = peers(comparators).set_index("area")["role"]
    peer_rows = compared[compared["area"].map(roles) == "peer"]
    pairs = []
    for area in focus:
        rows_of_area = peer_rows[peer_rows["area"] == area]
        others = peer_rows[(peer_rows["area"] != area) & peer_rows["indicator"].isin(rows_of_area["indicator"])]
        grouped = others.groupby("indicator", sort=False)
        pooled = pd.DataFrame(
            {
                "reference_numerator": grouped["numerator"].sum(min_count=1),
                "reference_denominator": grouped["denominator"].sum(min_count=1),
                "complete": grouped["denominator"].agg(lambda bases: bases.notna().all()),
                "only": grouped["value"].first(),
                "reference_name": grouped["area"].agg(_name_of),
                "reference_period": grouped["period"].first(),
                "count": grouped["area"].size(),
            }
        )
        # Two areas of the focus that have only each other would make one comparison twice.
        already_compared = (pooled["count"] == 1) & grouped["area"].first().isin(list(focus)[: list(focus).index(area)])
        pairs.append(rows_of_area.merge(pooled[~already_compared].reset_index(), on="indicator"))
    non_empty = [pair for pair in pairs if not pair.empty]
    if not non_empty:
        return judge(pd.DataFrame(columns=list(PAIR_COLUMNS)).astype(dict.fromkeys(_NUMBERS, float)))
    result = pd.concat(non_empty, ignore_index=True)
    indicators = catalogue.indicators()
    scale = result["indicator"].map(indicators["per"]).where(result["indicator"].map(indicators["kind"]) == "rate", 100.0)
    reference = scale * result["reference_numerator"] / result["reference_denominator"]
    result["reference"] = reference.where(result["complete"], result["only"].where(result["count"] == 1))
    for column in ("reference_numerator", "reference_denominator"):
        result[column] = result[column].where(result["complete"])
    return judge(result[list(PAIR_COLUMNS)])


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
