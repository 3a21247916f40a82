"""How rare a change is: in how many of 100 authorities of that size the figure moves as far in the same span."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.analyses.movement.alternatives import NUMBERS, alternatives
from analysis.analyses.movement.constants import movement_of, spread_over
from analysis.statistics import FunnelKind, proportion_difference, rate_ratio, usual_change, usual_range

RARE, VERY_RARE = 5.0, 0.2  # authorities in 100: fewer is unusual, or very unusual
FEW = 10  # events: below it, in both years, no change can be told from chance
_LIMITS = ("usual_lower", "usual_upper", "usual_lower_80", "usual_upper_80")
_COUNTING = ("estimate", "chance_lower", "chance_upper", "chance_p")
FLAGS = ("chance", "few", "assumed", "net")
NUMERIC = ("rarity", "least_rarity", "most_rarity", *_LIMITS, *_COUNTING)
COLUMNS = (*NUMERIC, *FLAGS)


def rarities(pairs: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Return for each pair, by its label, how rare its change is (COLUMNS); pairs that can't be judged have no row.

    `rarity` counts authorities in 100; `least_rarity` and `most_rarity` are those of the alternatives that the figures leave
    open (`alternatives`), and equal to it where there are none. The `usual_…` limits are those between which this year's
    figure would not be unusual (95 %), or would lie in four years of five (80 %), in the indicator's unit. `chance`: counting
    alone could have made the change. `few`: too few events in both years. `assumed`: the movement is not fitted to this
    indicator's figures. `net`: England's change has been taken off. `estimate` is the ratio of two counts, or the difference
    of two shares in percentage points, `chance_lower` and `chance_upper` its 95 % interval by counting alone, `chance_p` the
    p-value.

    Sources: see `statistics.usual_change`; two counts by the exact ratio, two shares by Newcombe's difference (`chance`).

    >>> from analysis.analyses import change
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> pairs = change.year_on_year(here.measures, here.period).query("indicator == 'plans_in_force' and category == 'all'")
    >>> rarities(pairs, pd.Series(False, pairs.index))[["rarity", "usual_lower", "usual_upper"]].round().values.tolist()
    [[20.0, 334.0, 792.0]]
    """
    possible = alternatives(pairs, share)
    described = _movements(pairs)
    possible = possible[possible["pair"].isin(described.index)]
    is_share = possible["pair"].map(share).astype(bool)
    kinds: tuple[tuple[FunnelKind, pd.Series], ...] = (("rate", ~is_share), ("proportion", is_share))
    parts = [_of_kind(possible[rows], described, kind) for kind, rows in kinds if rows.any()]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS), index=pairs.index[:0])
    each = pd.concat(parts)
    grouped = each.groupby("pair")
    middle = each[each["middle"]].set_index("pair")[["rarity", "assumed", "net", *_COUNTING]]
    limits = grouped.agg({limit: "min" if "lower" in limit else "max" for limit in _LIMITS})
    spans = grouped["rarity"].agg(least_rarity="min", most_rarity="max")
    return middle.join([spans, limits, grouped[["chance", "few"]].all()])[list(COLUMNS)]


def _movements(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return c, s, freedom, nation, assumed and net of each pair whose indicator is judged by its usual movement."""
    nation = _nation(pairs)
    keys = pairs[["indicator", "reference_period", "period"]].assign(net=np.isfinite(nation))
    rows = []
    for indicator, reference, period, net in keys.drop_duplicates().itertuples(index=False):
        if movement := movement_of(indicator, period):
            c, s, freedom = movement.constants(net=net)
            rows.append((indicator, reference, period, net, c, s * spread_over(reference, period), freedom, movement.assumed))
    table = pd.DataFrame(rows, columns=[*keys, "c", "s", "freedom", "assumed"])
    joined = keys.merge(table, how="left", on=list(keys)).set_index(pairs.index)
    return joined.assign(nation=np.nan_to_num(nation)).loc[joined["c"].notna(), ["c", "s", "freedom", "nation", "assumed", "net"]]


def _nation(pairs: pd.DataFrame) -> np.ndarray:
    """Return England's change on the scale of the rule: of logarithms for counts, of arcsines for shares; NaN if none is held."""
    x1, n1, x0, n0 = (
        pairs[f"{side}england_{part}"].to_numpy(float) for side in ("", "reference_") for part in ("numerator", "denominator")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        counts = np.where((x1 > 0) & (x0 > 0), np.log(x1 / x0), np.nan)
        shares = np.arcsin(np.sqrt(x1 / n1)) - np.arcsin(np.sqrt(x0 / n0))
    return np.where(np.isfinite(n1) & np.isfinite(n0), shares, counts)


def _of_kind(possible: pd.DataFrame, described: pd.DataFrame, kind: FunnelKind) -> pd.DataFrame:
    x1, n1, x0, n0 = (possible[name].to_numpy(float) for name in NUMBERS)
    terms = described.loc[possible["pair"], ["c", "s", "freedom", "nation"]].astype(float)
    c, s, freedom, nation = (terms[name].to_numpy() for name in terms)
    change = usual_change(x1, n1, x0, n0, kind, c, s, freedom, nation)
    limits: dict[str, np.ndarray] = {}
    for suffix, confidence in (("", 0.95), ("_80", 0.80)):
        usual = usual_range(x0, n0, n1, kind, c, s, freedom, nation, confidence=confidence)
        scale = 1.0 if kind == "rate" else 100 / n1
        limits |= {
            f"usual_lower{suffix}": scale * np.asarray(usual.lower),
            f"usual_upper{suffix}": scale * np.asarray(usual.upper),
        }
    chance = rate_ratio(x1, 1, x0, 1) if kind == "rate" else proportion_difference(x1, n1, x0, n0)
    none, unit = (1.0, 1.0) if kind == "rate" else (0.0, 100.0)
    return possible[["pair", "middle"]].assign(
        rarity=100 * np.where(np.isnan(np.asarray(change.rarity, float)), 1.0, np.asarray(change.rarity, float)),
        **limits,
        chance=~((np.asarray(chance.lower) > none) | (np.asarray(chance.upper) < none)),
        estimate=unit * np.asarray(chance.value),
        chance_lower=unit * np.asarray(chance.lower),
        chance_upper=unit * np.asarray(chance.upper),
        chance_p=np.asarray(chance.p_value),
        few=(kind == "rate") & (np.maximum(x1, x0) < FEW),
        assumed=described.loc[possible["pair"], "assumed"].to_numpy(bool),
        net=described.loc[possible["pair"], "net"].to_numpy(bool),
    )
