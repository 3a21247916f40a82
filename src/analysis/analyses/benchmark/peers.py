"""Benchmark: an area held against others that leave it out, per population or as a share, never as raw counts."""

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
    """
    table = tables.read("peers")
    catalogue.check_known(name, table["set"].unique(), "comparator set")
    return table[table["set"] == name].reset_index(drop=True)


def members(name: str) -> list[str]:
    """Return the codes of the areas of a comparator set that may be compared with each other: its peers, no regions."""
    table = peers(name)
    return table.loc[table["role"] == "peer", "area"].tolist()


def values(measures: pd.DataFrame, period: str, comparators: str) -> pd.DataFrame:
    """Return the latest comparable figures of every area of the set: rates and shares of the year or date of `period`.

    One row for each indicator and area; the census's date stands for every period. Indicators for which fewer than two areas
    have a figure are left out: there is nothing to compare.
    """
    known = catalogue.indicators()
    spans = [periods.year_of(period), periods.year_end(period)]
    members = peers(comparators)["area"]
    census = measures["indicator"].map(known["domain"]) == "census"
    kept = measures[
        (measures["period"].isin(spans) | census)
        & measures["area"].isin(members)
        & measures["indicator"].map(known["kind"]).isin(_COMPARABLE)
        & (measures["category"] == catalogue.TOTAL)
        & measures["value"].notna()
    ]
    kept = kept.sort_values("period", kind="stable").drop_duplicates(["indicator", "area"], keep="last")
    enough = kept.groupby("indicator")["area"].transform("nunique") >= 2
    position = {name: number for number, name in enumerate(known.index)}
    # Of the rows kept alone: pandas takes an empty frame's rows from the column that it is given.
    order = kept[enough].assign(_position=kept.loc[enough, "indicator"].map(position))
    by = ["_position", "value", "area"]
    return order.sort_values(by, ascending=[True, False, True]).drop(columns="_position").reset_index(drop=True)


def against_others(compared: pd.DataFrame, focus: Sequence[str], comparators: str) -> pd.DataFrame:
    """Return judged pairs: each area of `focus` against all its peers that have a figure, pooled without it.

    `compared` is what `values` gave. The peers' figure is the sum of their numerators over the sum of their bases; where one
    lacks its base there is nothing to pool, and the reason is in the row. Regions and the country are shown beside, not pooled:
    they contain the area.
    """
    roles = peers(comparators).set_index("area")["role"]
    pool = compared[compared["area"].map(roles) == "peer"]
    pairs = []
    for area in focus:
        mine = pool[pool["area"] == area]
        others = pool[(pool["area"] != area) & pool["indicator"].isin(mine["indicator"])]
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
        mirrored = (pooled["count"] == 1) & grouped["area"].first().isin(list(focus)[: list(focus).index(area)])
        pairs.append(mine.merge(pooled[~mirrored].reset_index(), on="indicator"))
    held = [pair for pair in pairs if not pair.empty]
    if not held:
        return judge(pd.DataFrame(columns=list(PAIR_COLUMNS)).astype(dict.fromkeys(_NUMBERS, float)))
    found = pd.concat(held, ignore_index=True)
    known = catalogue.indicators()
    scale = found["indicator"].map(known["per"]).where(found["indicator"].map(known["kind"]) == "rate", 100.0)
    reference = scale * found["reference_numerator"] / found["reference_denominator"]
    found["reference"] = reference.where(found["complete"], found["only"].where(found["count"] == 1))
    for column in ("reference_numerator", "reference_denominator"):
        found[column] = found[column].where(found["complete"])
    return judge(found[list(PAIR_COLUMNS)])


def coverage(compared: pd.DataFrame, comparators: str) -> pd.DataFrame:
    """Return for each indicator how many of the set's areas had a figure and which had none: indicator, had, of, missing."""
    members = peers(comparators)["area"].tolist()
    grouped = compared.groupby("indicator", sort=False)["area"].agg(set)
    return pd.DataFrame(
        {
            "indicator": grouped.index,
            "had": [len(found) for found in grouped],
            "of": len(members),
            "missing": [wording.listing([areas.label(area) for area in members if area not in found]) for found in grouped],
        }
    )


def _name_of(codes: pd.Series) -> str:
    names = [areas.label(code) for code in codes]
    return names[0] if len(names) == 1 else f"the other {len(names)} areas together"
