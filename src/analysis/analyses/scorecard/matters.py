"""What matters: the findings of a card and of the place among all authorities, ranked by the rules of `matters.csv`.

One ranking for the index and the score card. Which kind comes first is a table; within a kind the rarer change comes first, then
the larger. Figures of one area that go together (several on which two returns disagree, several that lie high among all
authorities) are one finding with the others named beneath.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import benchmark
from analysis.analyses.findings import STANDS_OUT, judgement
from analysis.catalogue import tables
from analysis.measures import disagreements
from analysis.scope import Scope

MOST = 5
# Two returns that lie nearer to each other than this share of the lower one are a matter for data quality.
_NEAR = 0.1
# A change that can't be judged is large from half as many again, or a third fewer, among twenty people or more.
_LARGE, _FEWEST = float(np.log(1.5)), 20
_TOGETHER = ("disagree", "little", "outside")
_KEY = ["indicator", "category", "area"]


def matters(card: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the findings of a card that could stand on the index, what matters most first.

    The columns are those of the card, and `kind` and `score` (`matters.csv`), `size` (log of this year's figure by what it is set
    against), `spread` (how far two returns lie apart, as a share of the lower), `side` ("high" or "low" of a place, "rose" or
    "fell" of a change, "disagree"), `target_value` (the figure of all authorities together, of kind "outside"), and `others`:
    the rows, as dicts, that the finding names besides. A figure is said once, by what matters most of it.

    >>> from analysis.analyses import scorecard
    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland"])
    >>> matters(scorecard.card(here, "report"), here).loc[:1, ["kind", "indicator", "area"]].values.tolist()
    [['disagree', 'plans_in_force', 'E06000017'], ['unusual', 'core_assessments_35_days_pct', 'E06000017']]
    """
    rows = card.assign(
        size=_size(card["latest"], card["reference"]),
        target_value=np.nan,
        spread=[_spread(row.latest, row.other_latest) for row in card.itertuples(index=False)],
    )
    parts = [_as_kind(rows[fits], kind) for kind, fits in _kinds(rows).items()]
    parts.append(_outside(scope, rows))
    ranked = pd.concat([part for part in parts if not part.empty] or [rows.iloc[:0].assign(kind="", side="")])
    rules = tables.read("matters").set_index("kind")["score"].astype(float)
    ranked = ranked.assign(
        score=ranked["kind"].map(rules),
        _misprint=(ranked["doubt"] != "") | _within_one_report(ranked, scope),
        _rarity=ranked["rarity"].fillna(100),
        _size=-ranked["size"].abs(),
    )
    # A return that its own sums contradict, or that gives a figure with two values, is looked into as a printing error; one that
    # nothing contradicts comes first.
    order = ranked.sort_values(
        ["score", "_misprint", "spread", "_rarity", "_size"], ascending=[False, True, False, True, True], kind="stable"
    )
    return _grouped(order.drop(columns=["_misprint", "_rarity", "_size"]).reset_index(drop=True))


def _within_one_report(rows: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return which figures have two values in one report, and no other value in any other."""
    twice = disagreements(scope.store.observations)
    places: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for row in twice.itertuples(index=False):
        is_one = row.used_source.rpartition("/")[0] == row.other_source.rpartition("/")[0]
        places[is_one].add((row.series, row.area, row.period, row.category))
    in_one = places[True] - places[False]
    numerators = catalogue.indicators()["numerator"]
    keys = zip(rows["indicator"].map(numerators), rows["area"], rows["latest_period"], rows["category"], strict=True)
    return pd.Series([key in in_one for key in keys], index=rows.index, dtype=bool)


def _size(now: pd.Series, before: pd.Series) -> pd.Series:
    is_ratio = (now > 0) & (before > 0)
    return np.log(now.where(is_ratio).astype(float) / before.where(is_ratio).astype(float)).fillna(0.0)


def _spread(latest: float, others: str) -> float:
    """Return how far the sources of a figure lie apart, as a share of the lowest; 0 where there is one."""
    values = [latest, *(float(each) for each in others.split())]
    lowest = min(values)
    return (max(values) - lowest) / lowest if len(values) > 1 and lowest > 0 else float(len(values) > 1)


def _kinds(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return {kind: the rows that are of it}, each row of one kind at most besides its two returns."""
    two = rows["other_latest"] != ""
    apart = two & (rows["spread"] >= _NEAR)
    change = ~apart
    unusual = change & rows["verdict"].isin(STANDS_OUT)
    people = rows[["latest_numerator", "reference_numerator"]].max(axis=1).fillna(rows[["latest", "reference"]].max(axis=1))
    is_count = rows["indicator"].map(catalogue.indicators()["unit"]) == "count"
    far = change & (rows["size"].abs() >= _LARGE) & is_count & (people >= _FEWEST)
    repeats = far & (rows["reason"] == "reason_repeats")
    moved_as_wanted = _is_wanted(rows["indicator"], rows["size"] > 0)
    large = change & (rows["large"] == "yes") & ~unusual & ~moved_as_wanted
    unlike = rows["compared_verdict"] == "unlike"
    names, is_above = rows["compared_by"].fillna(rows["indicator"]), rows["compared_value"] > rows["compared_reference"]
    is_wanted = _is_wanted(names, is_above)
    return {
        "disagree": apart,
        "little": two & ~apart,
        "off_target": change & (rows["result"] == "missed"),
        "worse": unusual & (rows["judgement"] == "worse"),
        "unusual": unusual & (rows["judgement"] != "worse"),
        "repeats": repeats,
        "large": large & ~repeats,
        "watch": change & (rows["result"] == "watch") & ~large & ~repeats,
        "unlike": unlike & ~is_wanted,
        "wanted": unlike & is_wanted,
    }


def _is_wanted(names: pd.Series, is_above: pd.Series) -> pd.Series:
    """Return which figures lie among others on the side that is wanted."""
    polarity = names.map(catalogue.indicators()["polarity"])
    sides = zip(polarity, np.where(is_above, "up", "down"), strict=True)
    return pd.Series([judgement(*each) == "better" for each in sides], index=names.index)


def _as_kind(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    if kind in ("unlike", "wanted"):
        side = np.where(rows["compared_value"] > rows["compared_reference"], "high", "low")
        return rows.assign(kind=kind, side=side, size=_size(rows["compared_value"], rows["compared_reference"]), spread=0.0)
    if kind in ("disagree", "little"):
        return rows.assign(kind=kind, side="disagree", rarity=np.nan)
    return rows.assign(kind=kind, side=np.where(rows["latest"] >= rows["reference"], "rose", "fell"), spread=0.0)


def _outside(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the areas of the scope that lie beyond a line of the funnel of all authorities in the year, as rows of a card."""
    funnel = benchmark.funnel(scope.official, scope.year)
    mine = funnel[funnel["area"].isin(scope.areas) & (funnel["flag"] != 0)]
    if mine.empty:
        return pd.DataFrame()
    made = pd.DataFrame(
        {
            "indicator": mine["indicator"], "category": catalogue.TOTAL, "area": mine["area"], "latest": mine["value"],
            "latest_period": mine["period"], "latest_status": "final", "other_latest": "", "doubt": "", "rarity": np.nan,
            "target_value": mine["target"], "size": _size(mine["value"], mine["target"]),
            "spread": mine["flag"].abs().astype(float),  # the outer line before the inner one
            "side": np.where(mine["flag"] > 0, "high", "low"), "kind": "outside",
        }
    )  # fmt: skip
    is_wanted = _is_wanted(made["indicator"], made["side"] == "high")
    return made[~is_wanted].reindex(columns=[*rows.columns, "kind", "side"])


def _grouped(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with those that go together made one, the others named in `others`; a figure is said once."""
    goes_with: dict[tuple[str, ...], int] = {}
    others: dict[int, list[dict]] = {}
    said = set[tuple[str, str, str]]()
    for position, row in enumerate(ranked.to_dict("records")):
        key = (row["kind"], row["area"], row["side"]) if row["kind"] in _TOGETHER else (str(position),)
        figure = (row["indicator"], row["category"], row["area"])
        if figure in said:
            continue
        said.add(figure)
        if key in goes_with:
            others[goes_with[key]].append(row)
        else:
            goes_with[key], others[position] = position, []
    heads = ranked.loc[list(others)]
    return heads.assign(others=list(others.values())).reset_index(drop=True)
