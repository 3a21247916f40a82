"""Census: who lives here, by age and household, on Census day; the denominators of every rate."""

from __future__ import annotations

import pandas as pd

from analysis.clean import expect


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the census observations. Stops unless each population is above 0 and its two ages add up to it exactly."""
    mine = expect.of_domain(observations, "census")
    expect.all_rows(mine, mine["value"] >= 0, "a number of at least 0")
    tables = mine[(mine["series"] == "population") & mine["release"].str.startswith("census-")]
    expect.every(tables, "population", "category", {"all", "0_17", "18_and_over"})
    by_age = tables.pivot(index=["area", "period"], columns="category", values="value")
    adds_up = by_age["0_17"] + by_age["18_and_over"] == by_age["all"]
    wrong = adds_up.index[~adds_up]
    # A census table is the publisher's own arithmetic: one that doesn't add up has been typed wrongly.
    expect.all_rows(
        tables,
        pd.Series([(a, p) not in wrong for a, p in zip(tables["area"], tables["period"], strict=True)], tables.index),
        "the two ages to add up to all ages",
    )
    return mine
