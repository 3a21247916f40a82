"""Implied claims by rules on the figures: a total is the sum of its parts, a share is a share of its base.

A rule reads the catalogue (what is a part of what, what divides what) and knows no series by name, so that the figures of a new
table are checked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.implied.claim_row import Row, reference_to, row_of
from analysis.claims.implied.from_labels import labels
from analysis.claims.ledger import COLUMNS
from analysis.claims.lookup import Figures, Place, Printed
from analysis.claims.statement_verdicts import share_formula
from analysis.clean.printed.statements import FILE
from analysis.store import Store

# Two unrelated counts of a thousand or more are hardly equal to the last digit by chance: one was printed twice.
_COINCIDENCE = 1000
SAME = f":{catalogue.SAME_CATEGORY}"


def implied(store: Store, figures: Figures) -> pd.DataFrame:
    """Return the implied claims of all figures, in the columns of the ledger and `rule`, ordered by rule and cell."""
    claims = [*_checked(store, figures)]
    for rule in (_partitions, _above_base, _one_value, _attainable, _common_base, _plausible, _printed_twice, _said_twice):
        claims += list(rule(figures))
    claims += list(labels(store, figures))
    frame = pd.DataFrame(claims, columns=[*COLUMNS, "rule"])
    repeated = frame.groupby("id").cumcount()
    frame["id"] += repeated.map(lambda count: f"/{count + 1}" if count else "")
    return frame


def _checked(store: Store, figures: Figures) -> Iterator[Row]:
    """Yield as claims the checks that were made when the figures were cleaned."""
    by_cell = {(each.source, each.series, each.category): each for each in figures.all}
    series_table = catalogue.series()
    incomplete = set(tables.read("incomplete_breakdowns")["series"])
    for check in store.checks.itertuples(index=False):
        figure = by_cell.get((check.source, check.series, check.category))
        if figure is None or (check.check == "percentage" and figure.file.endswith(FILE)):
            continue  # a statement in prose is judged as such
        reference = reference_to(figure)
        whole = series_table.loc[figure.series]
        match check.check:
            case "quarters_to_year":
                formula = f"sum(quarters({reference}))"
            case "parts_to_whole":
                part = check.arithmetic.partition(":")[0]
                relation = f"{reference} >= " if part in incomplete else ""
                formula = f"{relation}sum(parts({part}))"
            case "members_to_total":
                formula = f"sum(members({reference}))"
            case "formula":
                formula = whole["equals"]
            case "percentage":
                formula = share_formula(figure.series, figure.category)
            case _:
                formula = f"{reference} <= {_of(whole['subset_of'], figure.category)}"
        yield row_of(figures, check.check, figure, formula)


def _partitions(figures: Figures) -> Iterator[Row]:
    """Yield: the shares of an exclusive breakdown add to 100 where all its parts are printed, and never to more."""
    series_table = catalogue.series()
    exclusive = set(
        series_table.index[
            (series_table["unit"] == "percent") & (series_table["exclusive"] == "yes") & (series_table["dimension"] != "")
        ]
    )
    # A share of each part (of the plans of each setting, say) is no share of the whole.
    exclusive -= {
        each for each in exclusive if series_table.at[each, "numerator"] and SAME not in series_table.at[each, "numerator"]
    }
    for (series, _, _), printed in _places(figures, exclusive).items():
        shares = [each for each in printed if each.category != catalogue.TOTAL]
        categories = {each.category for each in shares}
        if len(categories) < 2:
            continue
        whole = any(set(parts.split("|")) <= categories for parts in _whole(str(series_table.at[series, "dimension"])))
        formula = f"sum(parts({series})) {'=' if whole else '<='} 100"
        yield row_of(
            figures,
            "shares_to_100",
            shares[0],
            formula,
            "The shares add to 100%" if whole else "The shares add to no more than 100%",
        )


def _whole(dimension: str) -> list[str]:
    table = tables.read("partitions")
    return list(table.loc[table["dimension"] == dimension, "categories"])


def _above_base(figures: Figures) -> Iterator[Row]:
    """A number that the catalogue makes a share of a base is no larger than the base.

    Both have to count the same: what was closed in a period is no part of what was received in it.
    """
    series_table = catalogue.series()
    for series in series_table.index[(series_table["numerator"] != "") & (series_table["denominator"] != "")]:
        top, base = (catalogue.terms(series_table.at[series, side]) for side in ("numerator", "denominator"))
        if len(top) != 1 or len(base) != 1 or top[0].category == catalogue.SAME_CATEGORY:
            continue
        if series_table.at[top[0].series, "subset_of"] == series_table.at[series, "denominator"]:
            continue  # already checked as a part of its whole
        if series_table.at[top[0].series, "basis"] != series_table.at[base[0].series, "basis"]:
            continue
        for printed in _places(figures, {top[0].series}).values():
            figure = next((each for each in printed if each.category == top[0].category and not each.file.endswith(FILE)), None)
            beside = [] if figure is None else figures.beside(figure.file, figure.area, figure.period)
            if figure is not None and any((each.series, each.category) == (base[0].series, base[0].category) for each in beside):
                yield row_of(figures, "above_base", figure, f"{reference_to(figure)} <= {series_table.at[series, 'denominator']}")


def _one_value(figures: Figures) -> Iterator[Row]:
    """Two unrelated counts of one area and date differ."""
    series_table = catalogue.series()
    for printed in _grouped(figures).values():
        large_counts = [
            each for each in printed if series_table.at[each.series, "unit"] == "count" and each.value >= _COINCIDENCE
        ]
        latest = {(each.series, each.category): each for each in large_counts}
        for first, second in combinations(sorted(latest.values(), key=lambda each: each.source), 2):
            if first.value == second.value and first.series != second.series and not _related(first.series, second.series):
                yield row_of(
                    figures, "one_value", second, f"{reference_to(first)} != {reference_to(second)}", "Two separate counts differ"
                )


def _related(first: str, second: str) -> bool:
    series_table = catalogue.series()
    sides = ("parts_of", "subset_of", "numerator", "denominator", "equals")
    related = {
        term.series for series in (first, second) for side in sides for term in catalogue.terms(series_table.at[series, side])
    }
    return bool({first, second} & related)


def _attainable(figures: Figures) -> Iterator[Row]:
    """A share whose numerator isn't printed is one that a whole number of its base can have."""
    series_table = catalogue.series()
    with_base = set(series_table.index[(series_table["unit"] == "percent") & (series_table["denominator"] != "")])
    for (series, _, _), printed in _places(figures, with_base).items():
        for share in {each.category: each for each in printed}.values():
            place = _place_of(share)
            top = [figures.get(term.series, share.category if term.category == catalogue.SAME_CATEGORY else term.category, place)
                   for term in catalogue.terms(series_table.at[series, "numerator"])]  # fmt: skip
            base = [
                figures.get(term.series, term.category, place) for term in catalogue.terms(series_table.at[series, "denominator"])
            ]
            counted = bool(top) and all(top)
            if not counted and len(base) == 1 and base[0] is not None and share.half and share.value not in (0, 100):
                yield row_of(
                    figures, "attainable", share, f"attainable({reference_to(share)}, {series_table.at[series, 'denominator']})"
                )


def _common_base(figures: Figures) -> Iterator[Row]:
    """Numbers and shares of one breakdown imply one and the same base where the base isn't printed."""
    series_table = catalogue.series()
    for series in series_table.index[series_table["numerator"].str.endswith(":*")]:
        counts, base = series_table.at[series, "numerator"].removesuffix(":*"), series_table.at[series, "denominator"]
        for printed in _places(figures, {series}).values():
            shares = {each.category: each for each in printed}
            place = _place_of(printed[0])
            if figures.get(base, catalogue.TOTAL, place) is not None:
                continue
            with_count = [
                each for each in shares.values() if figures.get(counts, each.category, place) and each.value > each.half
            ]
            for first, second in pairwise(with_count):
                sides = [f"100 * {counts}:{each.category} / {series}:{each.category}" for each in (first, second)]
                yield row_of(figures, "common_base", first, " = ".join(sides), "The numbers and shares imply one base")


def _plausible(figures: Figures) -> Iterator[Row]:
    """A ratio of two counts lies where such ratios lie."""
    for rule in tables.read("plausible").itertuples(index=False):
        for printed in _places(figures, {rule.denominator}).values():
            base = next((each for each in printed if each.category == catalogue.TOTAL), None)
            if base is not None:
                ratio = f"ratio({rule.numerator}, {rule.denominator})"
                yield row_of(figures, "plausible", base, f"{ratio} >= {rule.lower} and {ratio} <= {rule.upper}", rule.words)


def _printed_twice(figures: Figures) -> Iterator[Row]:
    """A figure that two tables print is one figure; prose is held against the tables statement by statement."""
    groups: dict[tuple[str, str, str, str], list[Printed]] = {}
    for figure in figures.all:
        if not figure.file.endswith(FILE):
            groups.setdefault((figure.series, figure.area, figure.period, figure.category), []).append(figure)
    for prints in groups.values():
        for figure in prints[1:]:
            yield row_of(figures, "printed_twice", figure, reference_to(figure))


def _said_twice(figures: Figures) -> Iterator[Row]:
    """A fact that prose gives in two sections is one fact."""
    groups: dict[tuple[str, str, str, str], list[Printed]] = {}
    for figure in figures.all:
        if figure.file.endswith(FILE):
            groups.setdefault((figure.series, figure.area, figure.period, figure.category), []).append(figure)
    for prints in groups.values():
        first = figures.where(prints[0].source)
        for figure in prints[1:]:
            place_in_words = figures.where(figure.source)
            if place_in_words.partition(" (")[0] != first.partition(" (")[0]:
                ids = [place.rpartition("(")[2].removesuffix(")") for place in (first, place_in_words)]
                yield row_of(figures, "said_twice", figure, f"#{ids[0]} = #{ids[1]}", f"As in {first.partition(' (')[0]}")


def _of(reference: str, category: str) -> str:
    return reference.replace(f":{catalogue.SAME_CATEGORY}", f":{category}")


def _place_of(figure: Printed) -> Place:
    return Place(figure.area, figure.period, figure.source)


def _places(figures: Figures, series: set[str]) -> dict[tuple[str, str, str], list[Printed]]:
    by_place: dict[tuple[str, str, str], list[Printed]] = {}
    for figure in figures.all:
        if figure.series in series:
            by_place.setdefault((figure.series, figure.area, figure.period), []).append(figure)
    return by_place


def _grouped(figures: Figures) -> dict[tuple[str, str], list[Printed]]:
    by_area_and_period: dict[tuple[str, str], list[Printed]] = {}
    for figure in figures.all:
        by_area_and_period.setdefault((figure.area, figure.period), []).append(figure)
    return by_area_and_period
