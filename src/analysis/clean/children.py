"""Children's social care: contacts, referrals, assessments, enquiries, plans and children in care."""

from __future__ import annotations

import pandas as pd

from analysis.clean import expect

# What a quarterly return of an authority can't be without: the first stage of the flow and the last that is counted in it.
_NEEDED = ("contacts", "referrals", "section_47_enquiries")


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the children's observations. Stops on a negative count, a share outside 0 to 100 %, or a missing stage."""
    mine = expect.of_domain(observations, "children")
    expect.all_rows(mine, mine["value"] >= 0, "a number of at least 0")
    expect.all_rows(mine, (expect.units(mine) != "percent") | (mine["value"] <= 100), "a percentage up to 100%")
    for series in _NEEDED:
        expect.every(mine, series, "area", set(mine.loc[mine["series"] == "contacts", "area"]))
    return mine
