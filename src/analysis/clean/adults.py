"""Adult safeguarding: referrals by who, what and where; outcomes, protection plans and repeat referrals.

Leicestershire breaks its referrals down as received; Rutland's breakdowns are of referrals closed. They are two sets of
series, and nothing compares one with the other.
"""

from __future__ import annotations

import pandas as pd

from analysis.clean import expect


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the adults' observations.

    Stops on a negative count, a share outside 0 to 100 %, or an area whose breakdown is given on both bases at once.
    """
    mine = expect.of_domain(observations, "adults")
    expect.all_rows(mine, mine["value"] >= 0, "a number of at least 0")
    expect.all_rows(mine, (expect.units(mine) != "percent") | (mine["value"] <= 100), "a percentage up to 100%")
    received = set(mine.loc[mine["series"] == "adult_referrals_client_type", "area"])
    both = (mine["series"] == "adult_completed_client_type") & mine["area"].isin(received)
    expect.all_rows(mine, ~both, "client types on one base (received or closed) in one area")
    return mine
