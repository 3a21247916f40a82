"""Whether a change that a text calls significant is unusual for authorities of that size: the rule of the reports themselves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import NOT_JUDGED, PAIR_COLUMNS, STANDS_OUT, judge, phrases
from analysis.claims.language.evaluate import Context, Truth, UnfitError, Unknown, evaluate, number, place_of
from analysis.claims.language.grammar import Figure, Node


def clear_change(arguments: tuple[Node, ...], context: Context) -> Truth:
    """Whether a figure moved unusually, against a year before or against a second figure (`findings.judge`).

    Raises UnfitError for what is no figure of an indicator, and Unknown where the change isn't judged.
    """
    node = arguments[0]
    if not isinstance(node, Figure):
        raise UnfitError("a figure")
    name = _indicator_of().get(node.series)
    if name is None:
        raise UnfitError("a figure of an indicator")
    before = arguments[1] if len(arguments) == 2 else Figure(node.series, node.category, (*node.places, "before"))
    if not isinstance(before, Figure):
        raise UnfitError("a figure")
    later, earlier = number(evaluate(node, context)), number(evaluate(before, context))
    at, reference = place_of(node, context.at), place_of(before, context.at)
    counted = catalogue.indicators().at[name, "kind"] != "percentage"
    row = {
        "indicator": name,
        "area": at.area,
        "category": node.category,
        "period": at.period,
        "reference_period": reference.period,
        "value": later.number,
        "reference": earlier.number,
        "numerator": later.number if counted else np.nan,
        "reference_numerator": earlier.number if counted else np.nan,
        "other_values": "",
    }
    [judged] = judge(pd.DataFrame([row]).reindex(columns=list(PAIR_COLUMNS))).to_dict("records")
    if judged["verdict"] == NOT_JUDGED:
        raise Unknown("base_not_printed", "the counts behind a percentage")
    said = phrases()[f"verdict_{judged['verdict'].replace(' ', '_')}"].lower()
    rarity = (
        f"about {judged['rarity']:.0f} in 100 authorities see as large a change" if judged["rarity"] >= 1 else "hardly any does"
    )
    return Truth(judged["verdict"] in STANDS_OUT, f"{earlier.words} and {later.words}: {rarity}", said)


@cache
def _indicator_of() -> dict[str, str]:
    """Return {series: indicator} of the counts, and of the percentages as they are printed."""
    indicators = catalogue.indicators()
    counts = indicators[~indicators["kind"].isin(("rate", "percentage"))]
    return catalogue.made_of_one_series(indicators, "printed") | catalogue.made_of_one_series(counts, "numerator")
