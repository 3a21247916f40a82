"""Whether a change that a text calls significant is unusual for authorities of that size: the rule of the reports themselves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import JUDGED, NOT_JUDGED, PAIR_COLUMNS, STANDS_OUT, judge, phrases, rarity_words
from analysis.catalogue import periods
from analysis.claims.language.evaluate import Context, Truth, UnfitError, Unknown, evaluate, number, place_of
from analysis.claims.language.grammar import Figure, Node
from analysis.claims.lookup import Place

_COUNTS = "the counts behind a percentage"
# {verdict by which nothing is said of a change: (id of `claim_reasons.csv`, what is missing; empty for the words of the break)}
_UNKNOWN = {
    NOT_JUDGED: ("base_not_printed", _COUNTS),
    "values only": ("base_not_printed", _COUNTS),
    "not comparable": ("not_one_series", ""),
}


def clear_change(arguments: tuple[Node, ...], context: Context) -> Truth:
    """Whether a figure moved unusually, against a year before or against itself in an earlier period (`findings.judge`).

    England's change is taken off where official statistics have it, as on a page. Raises UnfitError for what is no figure of an
    indicator that is judged, and Unknown where the change isn't judged or a break lies between the two.
    """
    node = arguments[0]
    if not isinstance(node, Figure):
        raise UnfitError("a figure")
    name = _indicator(node)
    counted = name is not None and catalogue.indicators().at[name, "kind"] != "percentage"
    if name is None or (counted and not catalogue.indicators().at[name, "movement"]):
        raise UnfitError("a figure of an indicator whose changes are judged")
    before = arguments[1] if len(arguments) == 2 else Figure(node.series, node.category, (*node.places, "before"))
    if not isinstance(before, Figure) or (before.series, before.category) != (node.series, node.category):
        raise UnfitError("the same figure of another period")
    at, reference = place_of(node, context.at), place_of(before, context.at)
    spans = {periods.kind(at.period), periods.kind(reference.period)}
    if at.area != reference.area or len(spans) > 1 or periods.order(reference.period) >= periods.order(at.period):
        raise UnfitError("a figure of one area and an earlier period of its kind")
    later, earlier = number(evaluate(node, context)), number(evaluate(before, context))
    row = {
        "indicator": name,
        "area": at.area,
        "category": node.category,
        "period": at.period,
        "reference_period": reference.period,
        "value": later.number,
        "reference": earlier.number,
        "other_values": "",
    }
    for side, place, figure in (("", at, later), ("reference_", reference, earlier)):
        row |= _numbers(name, node.category, place, context, side)
        if counted:
            row[f"{side}numerator"] = figure.number
    [judged] = judge(pd.DataFrame([row]).reindex(columns=list(PAIR_COLUMNS))).to_dict("records")
    verdict = judged["verdict"]
    if verdict in _UNKNOWN:
        reason, what = _UNKNOWN[verdict]
        raise Unknown(reason, what or judged["reason"])
    said = phrases()[f"verdict_{verdict.replace(' ', '_')}"].lower()
    assumed = phrases()["said_assumed"] if judged["assumed"] else ""
    explained = (
        f"{rarity_words(judged['rarity'])} authorities of that size see as large a change{assumed}" if verdict in JUDGED else said
    )
    return Truth(verdict in STANDS_OUT, f"{earlier.words} and {later.words}: {explained}", said)


def _numbers(name: str, category: str, place: Place, context: Context, side: str) -> dict[str, float]:
    """Return numerator and denominator of an indicator at a place, and England's; a base that is below its numerator is none."""
    figures, numbers = context.figures, {}
    for part in ("numerator", "denominator"):
        reference = str(catalogue.indicators().at[name, part])
        numbers[f"{side}{part}"] = figures.total(reference, category, place)
        numbers[f"{side}england_{part}"] = figures.of_england(reference, category, place.period)
    if numbers[f"{side}numerator"] > numbers[f"{side}denominator"]:
        numbers[f"{side}denominator"] = np.nan
    return numbers


def _indicator(node: Figure) -> str | None:
    """Return the indicator of a figure; of two with one series one has the whole, the other the parts."""
    named = _indicators_by_series().get(node.series, {})
    kinds = (catalogue.TOTAL, catalogue.SAME_CATEGORY)
    return next((named[kind] for kind in (kinds if node.category == catalogue.TOTAL else kinds[::-1]) if kind in named), None)


@cache
def _indicators_by_series() -> dict[str, dict[str, str]]:
    """Return {series: {category of the reference: indicator}} of the counts, and of the percentages as they are printed."""
    named: dict[str, dict[str, str]] = {}
    for name, entry in catalogue.indicators().iterrows():
        reference = {"rate": "", "percentage": entry["printed"]}.get(entry["kind"], entry["numerator"])
        terms = catalogue.terms(reference) if reference else ()
        if len(terms) == 1:
            named.setdefault(terms[0].series, {}).setdefault(terms[0].category, str(name))
    return named
