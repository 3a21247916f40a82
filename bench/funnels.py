"""How many areas lie beyond the lines of a funnel: simulated ones that differ as areas do, planted outliers, and real ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.statistics import FunnelKind, between_area_variance, funnel_flags
from bench.official_figures import Figures

AREAS, FUNNELS, OUTLIERS = 150, 250, 5
# A quarter, of the level or on the logit, is how far rates of authorities lie apart.
_SPREAD = 0.25
_LEVELS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "normal": lambda rng: np.maximum(0.05, 1 + rng.normal(0, _SPREAD, AREAS)),
    "lognormal": lambda rng: np.exp(rng.normal(0, _SPREAD, AREAS)),
    "gamma": lambda rng: rng.gamma(_SPREAD**-2, _SPREAD**2, AREAS),
    "share": lambda rng: rng.normal(0, _SPREAD, AREAS),
}


def simulated() -> dict[str, float]:
    """Return the per cent of simulated areas beyond the 95 % line, and of outliers of four sigma that are found."""
    rng = np.random.default_rng(20120331)
    shares, found = {}, []
    for name in _LEVELS:
        flags = np.array([flags_of(name, rng) for _ in range(FUNNELS)])
        shares |= {f"funnels simulated, {name}, beyond 95": 100 * float((flags != 0).mean())}
        shares |= {f"funnels simulated, {name}, beyond 99.8": 100 * float((np.abs(flags) == 2).mean())}
        found.append(np.mean([flags_of(name, rng, OUTLIERS)[:OUTLIERS] > 0 for _ in range(FUNNELS)]))
    return shares | {
        "funnels simulated, beyond 95": float(np.mean([shares[f"funnels simulated, {name}, beyond 95"] for name in _LEVELS])),
        "funnels simulated, outliers found": 100 * float(np.mean(found)),
    }


def flags_of(name: str, rng: np.random.Generator, outliers: int = 0) -> np.ndarray:
    """Return the flags of one simulated funnel; the first `outliers` areas lie four sigma up."""
    levels = _LEVELS[name](rng)
    bases = np.round(np.exp(rng.normal(10.5, 0.6, AREAS)))
    if name == "share":
        levels[:outliers] = 4 * _SPREAD
        bases = np.round(bases / 30)
        return _flags(rng.binomial(bases.astype(int), 1 / (1 + 4 * np.exp(-levels))), bases, "proportion")
    levels[:outliers] = 1 + 4 * _SPREAD
    return _flags(rng.poisson(bases * 0.01 * levels), bases, "rate")


def beyond(indicators: list[Figures]) -> float:
    """Return the per cent of real figures beyond the 95 % line of their year's funnel."""
    flags = []
    for figures in indicators:
        for x, n in zip(figures.x.T, figures.n.T, strict=True):
            present = ~np.isnan(x + n)
            if present.sum() >= 10:
                flags.append(_flags(x[present], n[present], figures.kind) != 0)
    return 100 * float(np.concatenate(flags).mean())


def _flags(counts: np.ndarray, bases: np.ndarray, kind: FunnelKind) -> np.ndarray:
    target = counts.sum() / bases.sum()
    tau2 = between_area_variance(counts, bases, target, kind).tau2
    return funnel_flags(counts, bases, target, kind, tau2=tau2).flag
