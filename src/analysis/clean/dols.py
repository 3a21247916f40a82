"""Deprivation of Liberty Safeguards: referrals for an authorisation, by supervisory body."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import areas
from analysis.clean import expect


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the DoLS observations. Stops on a negative or broken count, or a partnership's total without its members.

    To March 2013 primary care trusts decide on hospitals, so a council's figure alone undercounts its residents.
    """
    mine = expect.of_domain(observations, "dols")
    expect.all_rows(mine, mine["value"] >= 0, "a number of at least 0")
    expect.all_rows(mine, (expect.units(mine) != "count") | (mine["value"] % 1 == 0), "a whole number")
    for total in mine["area"].unique():
        expect.every(mine, "dols_referrals", "area", set(areas.members(total)))
    return mine
