"""The Boards themselves: what they spent and received, who attended, and what they asked their staff."""

from __future__ import annotations

import pandas as pd

from analysis.clean import expect


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the governance observations. Stops on income that isn't below 0, spending that isn't above, or a share over 100 %.

    The budget prints income with a minus sign and expenditure without; both stay as printed.
    """
    mine = expect.of_domain(observations, "governance")
    income = mine["series"].str.startswith("board_income")
    expect.all_rows(mine, ~income | (mine["value"] < 0), "income below 0, as the budget prints it")
    expect.all_rows(mine, income | (mine["value"] >= 0), "a number of at least 0")
    expect.all_rows(mine, (expect.units(mine) != "percent") | (mine["value"] <= 100), "a percentage up to 100%")
    return mine
