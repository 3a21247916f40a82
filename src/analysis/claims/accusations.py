"""One error, one accusation: contradictions that are consequences of one error are joined, the worst first."""

from __future__ import annotations

import pandas as pd

from analysis.claims.error_keys import SEPARATOR
from analysis.claims.severity import SEVERITIES
from analysis.claims.statement_verdicts import AMBIGUOUS

_VERDICTS = ("contradicts", AMBIGUOUS, "not_checkable", "agrees_at_rounding", "agrees")
_KINDS = {"official": 0, "printed": 1, "draft": 1, "implied": 2}


def grouped(judged: pd.DataFrame) -> pd.DataFrame:
    """Return judged statements with the number of the error (e1, e2 …) in `error`: contradictions first, error by error.

    Errors stand in the order of their worst severity, then of official returns before prose before tables.

    >>> rows = pd.DataFrame({"verdict": ["contradicts", "agrees", "contradicts", "contradicts"], "kind": "printed",
    ...                      "severity": ["minor", "", "material", "material"], "keys": ["a\\nb", "", "c", "b"]})
    >>> grouped(rows)[["error", "severity"]].values.tolist()
    [['e1', 'material'], ['e2', 'material'], ['e2', 'minor'], ['', '']]
    """
    errors = _joined(judged["keys"].where(judged["verdict"] == "contradicts", ""))
    rank = {name: number for number, name in enumerate(SEVERITIES)}
    kinds = judged["kind"].map(_KINDS)
    order = pd.DataFrame(
        {
            "verdict": judged["verdict"].map({name: number for number, name in enumerate(_VERDICTS)}),
            "severity": judged["severity"].map(rank).fillna(0),
            "kind": kinds,
            "position": range(len(judged)),
        },
        index=judged.index,
    )
    # The row of an error that stands for it: its worst, of prose before tables.
    heads = order.assign(error=errors)[errors >= 0].sort_values(["severity", "kind", "position"]).drop_duplicates("error")
    place = {error: number for number, error in enumerate(heads["error"], start=1)}
    order["error"] = errors.map(place).fillna(0)
    placed = order.sort_values(["verdict", "error", "severity", "kind", "position"], kind="stable").index
    names = order["error"].map(lambda number: f"e{number:.0f}" if number else "")
    return judged.assign(error=names).loc[placed].reset_index(drop=True)


def _joined(keys: pd.Series) -> pd.Series:
    """Return a number for each row with keys, the same for rows that share one, directly or through others; −1 for the rest."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    lists = [[key for key in text.split(SEPARATOR) if key] for text in keys]
    for names in lists:
        for name in names:
            leader[find(name)] = find(names[0])
    numbers: dict[str, int] = {}
    return pd.Series([numbers.setdefault(find(names[0]), len(numbers)) if names else -1 for names in lists], index=keys.index)
