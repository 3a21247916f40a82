"""The row of an implied claim: which figure it is made of, what it says in words, and the formula that it asserts."""

from __future__ import annotations

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.claims.language.evaluate import value_of
from analysis.claims.lookup import Figures, Printed

Row = dict[str, str]


def row_of(figures: Figures, rule: str, figure: Printed, formula: str, says: str = "") -> Row:
    """Return the claim that a rule makes of a printed figure, as a row of the ledger with its rule."""
    shown = value_of(figure).words
    unit = str(catalogue.series().at[figure.series, "unit"])
    title = str(catalogue.series().at[figure.series, "title"]).removesuffix(", % as printed")
    part = "" if figure.category == catalogue.TOTAL else f", {catalogue.category_label(figure.category).lower()}"
    if unit == "pounds":
        shown = f"£{figure.value:,.0f}"
    stated = says or shown
    sentence = f"{shown}. {says}" if says else shown
    # A sum below zero is printed with its sign in a cell of its own: the claim is then one of equality.
    comparison = any(sign in formula for sign in "<>=") or says or "attainable(" in formula
    if figure.value < 0 and not comparison:
        formula, comparison = f"{reference_to(figure)} = {formula}", True
    return {
        "id": f"{rule}/{figure.source.rpartition('/')[2].replace('.csv#cell=', '/')}",
        "section": figures.where(figure.source).partition(" row")[0].partition(" (")[0].removeprefix("section "),
        "domain": str(catalogue.series().at[figure.series, "domain"]),
        "area": areas.label(figure.area),
        "period": figure.period,
        "quote": f"{figures.where(figure.source)}: {title}{part}, {periods.label(figure.period)}: {sentence}",
        "stated": stated,
        "unit": "word" if comparison else unit,
        "series": figure.series,
        "category": figure.category,
        "asserts": formula,
        "source": figure.source,
        "rule": rule,
    }


def reference_to(figure: Printed) -> str:
    """Return how a formula names a printed figure: its series, with its category where it has one."""
    return figure.series if figure.category == catalogue.TOTAL else f"{figure.series}:{figure.category}"
