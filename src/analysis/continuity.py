"""One series across a reorganisation of councils, where the ground is the very same; everywhere else a series begins anew."""

from __future__ import annotations

import pandas as pd

from analysis import areas


def joined_across_reorganisations(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with those of a predecessor on the same ground under its successor's code too (`area_continued.csv`).

    Where the publisher has given the successor a figure of its own for the period, that one stands.
    """
    continued = {areas.continues(code): code for code in measures["area"].unique() if areas.continues(code)}
    earlier = measures[measures["area"].isin(continued)]
    if earlier.empty:
        return measures
    both = pd.concat([measures, earlier.assign(area=earlier["area"].map(continued))], ignore_index=True)
    return both.drop_duplicates(["indicator", "area", "period", "category"], ignore_index=True)
