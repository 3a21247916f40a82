"""Agencies' commentary on exceptions: what was received for each, and where none was."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue


def comments(exceptions: pd.DataFrame, commentary: pd.DataFrame, period: str) -> dict[str, list[tuple[str, str]]]:
    """Return {indicator: [(author's role, text), …]} of the commentary received for the period on these exceptions.

    >>> exceptions = pd.DataFrame({"indicator": ["contacts", "referrals"]})
    >>> comment = {"indicator": ["contacts"], "period": "2012-13-Q4", "role": "Head of service", "text": "A new front door."}
    >>> comments(exceptions, pd.DataFrame(comment), "2012-13-Q4")
    {'contacts': [('Head of service', 'A new front door.')]}
    """
    comments_of_period = commentary[(commentary["period"] == period) & commentary["indicator"].isin(exceptions["indicator"])]
    return {
        str(name): list(zip(rows["role"], rows["text"], strict=True))
        for name, rows in comments_of_period.groupby("indicator", sort=False)
    }


def without_comment(exceptions: pd.DataFrame, commentary: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the indicators among these exceptions that no agency has commented on: indicator, agency.

    >>> exceptions = pd.DataFrame({"indicator": ["contacts", "referrals"]})
    >>> comment = {"indicator": ["contacts"], "period": "2012-13-Q4", "role": "Head of service", "text": "A new front door."}
    >>> without_comment(exceptions, pd.DataFrame(comment), "2012-13-Q4").values.tolist()
    [['referrals', "Council children's social care"]]
    """
    commented = commentary.loc[commentary["period"] == period, "indicator"]
    names = exceptions["indicator"].drop_duplicates()
    silent = names[~names.isin(commented)]
    return pd.DataFrame({"indicator": silent, "agency": silent.map(catalogue.indicators()["agency"])}).reset_index(drop=True)
