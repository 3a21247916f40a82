"""Exceptions: which rows of the card are passed on, to whom and why, by the rules of `exceptions.csv`."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import tables

_CONDITIONS = ("result", "control", "judgement", "stands", "large")


def exceptions(card: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the card that a rule takes, with `rule`, `goes_to` and `why`, in the order of the rules.

    A rule of `exceptions.csv` names the values that a row must have; an empty cell takes any. The first rule that fits counts.

    >>> from analysis.analyses import scorecard
    >>> from analysis.scope import scope
    >>> card = scorecard.card(scope(period="2012-13-Q4", areas=["Leicestershire"]), "report")
    >>> exceptions(card).loc[:0, ["indicator", "goes_to"]].values.tolist()
    [['section_47_enquiries', 'The Boards']]
    """
    rules = tables.read("exceptions")
    conditions = card.assign(
        stands=card["stands"].map({True: "yes", False: ""}),
        control=card["control"].str.split(" ").str[0],  # "concern high" is a concern
    )
    first = pd.Series(len(rules), index=card.index)
    for number, rule in reversed(list(enumerate(rules.to_dict("records")))):
        fits = pd.Series(True, index=card.index)
        for column in _CONDITIONS:
            if rule[column]:
                fits &= conditions[column] == rule[column]
        first = first.mask(fits, number)
    reported = card.assign(_rule=first)[first < len(rules)].sort_values("_rule", kind="stable")
    rule_columns = rules[["id", "goes_to", "why"]].rename(columns={"id": "rule"})
    return reported.merge(rule_columns, left_on="_rule", right_index=True).drop(columns="_rule").reset_index(drop=True)
