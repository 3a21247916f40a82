"""Claims that a report makes without saying so, made by rules: a total is the sum of its parts, a share is of its base.

Each rule reads the catalogue (what is a part of what, what divides what), never a name, so a new table has its claims at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.implied.labels import labels
from analysis.claims.implied.row import Row, reference_to, row_of
from analysis.claims.judging import share_formula
from analysis.claims.ledger import COLUMNS
from analysis.claims.lookup import Figures, Place, Printed
from analysis.clean.printed.statements import FILE
from analysis.store import Store

# Two unrelated counts of a thousand or more that are equal to the last digit are rather one count printed twice.
_COINCIDENCE = 1000
SAME = f":{catalogue.SAME_CATEGORY}"


def implied(held: Store, figures: Figures) -> pd.DataFrame:
    """Return the implied claims of all that is held, in the columns of the ledger and `rule`, ordered by rule and cell."""
    made = [*_checked(held, figures)]
    for rule in (_partitions, _above_base, _one_value, _attainable, _common_base, _plausible, _printed_twice, _said_twice):
        made += list(rule(figures))
    made += list(labels(held, figures))
    frame = pd.DataFrame(made, columns=[*COLUMNS, "rule"])
    again = frame.groupby("id").cumcount()
    frame["id"] += again.map(lambda count: f"/{count + 1}" if count else "")
    return frame


def _checked(held: Store, figures: Figures) -> Iterator[Row]:
    """The checks that were made when the figures were cleaned, as formulas."""
    by_cell = {(each.source, each.series, each.category): each for each in figures.all}
    known = catalogue.series()
    for check in held.checks.itertuples(index=False):
        figure = by_cell.get((check.source, check.series, check.category))
        if figure is None or (check.check == "percentage" and figure.file.endswith(FILE)):
            continue  # a statement in prose is judged as such
        reference = reference_to(figure)
        whole = known.loc[figure.series]
        match check.check:
            case "quarters_to_year":
                formula = f"sum(quarters({reference}))"
            case "parts_to_whole":
                formula = f"sum(parts({check.arithmetic.partition(':')[0]}))"
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
    """Shares of an exclusive breakdown add to 100 where all its parts are printed, and never to more."""
    known = catalogue.series()
    exclusive = set(known.index[(known["unit"] == "percent") & (known["exclusive"] == "yes") & (known["dimension"] != "")])
    # A share of each part (of the plans of each setting, say) is no share of the whole.
    exclusive -= {each for each in exclusive if known.at[each, "numerator"] and SAME not in known.at[each, "numerator"]}
    for (series, _, _), printed in _places(figures, exclusive).items():
        shares = [each for each in printed if each.category != catalogue.TOTAL]
        named = {each.category for each in shares}
        if len(named) < 2:
            continue
        whole = any(set(parts.split("|")) <= named for parts in _whole(str(known.at[series, "dimension"])))
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
    """A number that the catalogue makes a share of a base is no larger than the base: completed of received, and the like."""
    known = catalogue.series()
    for series in known.index[(known["numerator"] != "") & (known["denominator"] != "")]:
        top, base = (catalogue.terms(known.at[series, side]) for side in ("numerator", "denominator"))
        if len(top) != 1 or len(base) != 1 or top[0].category == catalogue.SAME_CATEGORY:
            continue
        if known.at[top[0].series, "subset_of"] == known.at[series, "denominator"]:
            continue  # already checked as a part of its whole
        for printed in _places(figures, {top[0].series}).values():
            figure = next((each for each in printed if each.category == top[0].category and not each.file.endswith(FILE)), None)
            beside = [] if figure is None else figures.beside(figure.file, figure.area, figure.period)
            if figure is not None and any((each.series, each.category) == (base[0].series, base[0].category) for each in beside):
                yield row_of(figures, "above_base", figure, f"{reference_to(figure)} <= {known.at[series, 'denominator']}")


def _one_value(figures: Figures) -> Iterator[Row]:
    """Two unrelated counts of one area and date differ."""
    known = catalogue.series()
    for printed in _grouped(figures).values():
        large = [each for each in printed if known.at[each.series, "unit"] == "count" and each.value >= _COINCIDENCE]
        latest = {(each.series, each.category): each for each in large}
        for one, other in combinations(sorted(latest.values(), key=lambda each: each.source), 2):
            if one.value == other.value and one.series != other.series and not _related(one.series, other.series):
                yield row_of(
                    figures, "one_value", other, f"{reference_to(one)} != {reference_to(other)}", "Two separate counts differ"
                )


def _related(one: str, other: str) -> bool:
    known = catalogue.series()
    sides = ("parts_of", "subset_of", "numerator", "denominator", "equals")
    named = {term.series for series in (one, other) for side in sides for term in catalogue.terms(known.at[series, side])}
    return bool({one, other} & named)


def _attainable(figures: Figures) -> Iterator[Row]:
    """A share whose numerator isn't printed is one that a whole number of its base can have."""
    known = catalogue.series()
    with_base = set(known.index[(known["unit"] == "percent") & (known["denominator"] != "")])
    for (series, _, _), printed in _places(figures, with_base).items():
        for share in {each.category: each for each in printed}.values():
            place = _place_of(share)
            top = [figures.get(term.series, share.category if term.category == catalogue.SAME_CATEGORY else term.category, place)
                   for term in catalogue.terms(known.at[series, "numerator"])]  # fmt: skip
            base = [figures.get(term.series, term.category, place) for term in catalogue.terms(known.at[series, "denominator"])]
            counted = bool(top) and all(top)
            if not counted and len(base) == 1 and base[0] is not None and share.half and share.value not in (0, 100):
                yield row_of(
                    figures, "attainable", share, f"attainable({reference_to(share)}, {known.at[series, 'denominator']})"
                )


def _common_base(figures: Figures) -> Iterator[Row]:
    """Numbers and shares of one breakdown imply one and the same base where the base isn't printed."""
    known = catalogue.series()
    for series in known.index[known["numerator"].str.endswith(":*")]:
        counts, base = known.at[series, "numerator"].removesuffix(":*"), known.at[series, "denominator"]
        for printed in _places(figures, {series}).values():
            shares = {each.category: each for each in printed}
            place = _place_of(printed[0])
            if figures.get(base, catalogue.TOTAL, place) is not None:
                continue
            both = [each for each in shares.values() if figures.get(counts, each.category, place) and each.value > each.half]
            for one, other in pairwise(both):
                sides = [f"100 * {counts}:{each.category} / {series}:{each.category}" for each in (one, other)]
                yield row_of(figures, "common_base", one, " = ".join(sides), "The numbers and shares imply one base")


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
    for each in figures.all:
        if not each.file.endswith(FILE):
            groups.setdefault((each.series, each.area, each.period, each.category), []).append(each)
    for same in groups.values():
        for figure in same[1:]:
            yield row_of(figures, "printed_twice", figure, reference_to(figure))


def _said_twice(figures: Figures) -> Iterator[Row]:
    """A fact that prose gives in two sections is one fact."""
    groups: dict[tuple[str, str, str, str], list[Printed]] = {}
    for each in figures.all:
        if each.file.endswith(FILE):
            groups.setdefault((each.series, each.area, each.period, each.category), []).append(each)
    for same in groups.values():
        first = figures.where(same[0].source)
        for figure in same[1:]:
            here = figures.where(figure.source)
            if here.partition(" (")[0] != first.partition(" (")[0]:
                ids = [place.rpartition("(")[2].removesuffix(")") for place in (first, here)]
                yield row_of(figures, "said_twice", figure, f"#{ids[0]} = #{ids[1]}", f"As in {first.partition(' (')[0]}")


def _of(reference: str, category: str) -> str:
    return reference.replace(f":{catalogue.SAME_CATEGORY}", f":{category}")


def _place_of(figure: Printed) -> Place:
    return Place(figure.area, figure.period, figure.source)


def _places(figures: Figures, series: set[str]) -> dict[tuple[str, str, str], list[Printed]]:
    found: dict[tuple[str, str, str], list[Printed]] = {}
    for each in figures.all:
        if each.series in series:
            found.setdefault((each.series, each.area, each.period), []).append(each)
    return found


def _grouped(figures: Figures) -> dict[tuple[str, str], list[Printed]]:
    found: dict[tuple[str, str], list[Printed]] = {}
    for each in figures.all:
        found.setdefault((each.area, each.period), []).append(each)
    return found
