"""Current figures: of a figure that was printed more than once, the one that counts."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.measures.terms import PLACE
from analysis.store import IMPLIED, latest_versions


def current(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each figure: of several printed values the one that takes precedence by `precedence.csv`.

    At equal rank the newest release is used, and in it the later cell; a blank cell or an implied level is used only if there is
    nothing else. The other values stay in `observations`, and `reconcile` compares them.

    >>> from analysis.scope import scope
    >>> observations = scope(period="2012-13").store.observations
    >>> len(current(observations)) < len(observations)  # some figures were printed twice
    True
    """
    observations = latest_versions(observations)
    sources = observations["source"].tolist()
    ranks = {file: catalogue.precedence(file) for file in {source.partition("#")[0] for source in sources}}
    # Nearly every figure was printed only once: rank just the others.
    printed_often = observations.duplicated(["series", *PLACE], keep=False)
    prints = observations[printed_often]
    ordered = prints.assign(
        rank=[ranks[source.partition("#")[0]] for source in prints["source"]],
        row=prints["source"].str.extract(r"#cell=(\d+)", expand=False).astype(int),
        blank=prints["status"].isin(("not_available", IMPLIED)),
    ).sort_values(["blank", "rank", "release", "row"], ascending=[True, True, False, False], kind="stable")
    chosen = ordered.drop_duplicates(["series", *PLACE])[observations.columns]
    return pd.concat([observations[~printed_often], chosen]).sort_values(["series", *PLACE], ignore_index=True)
