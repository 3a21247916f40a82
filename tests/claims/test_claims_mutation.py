"""True statements made false in one place are caught: by a digit, by the year, by the base, by the word of direction."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from analysis import catalogue, claims, store
from analysis.catalogue import areas, periods
from analysis.claims.implied import implied
from analysis.claims.language.grammar import Call, Day, Figure, Node, Operation, parse
from analysis.claims.lookup import Figures
from analysis.claims.statement_verdicts import judge_statements, share_formula

Row = dict[str, str]
SIZE = 200
# What a statement of the wrong year may rightly come out as where that year is not printed.
ABSENT = {"earlier_not_printed", "figure_not_printed", "base_not_printed", "said_once"}


@dataclass(frozen=True)
class Bench:
    """The figures, the statements that are true, and how to judge a frame of such rows."""

    figures: Figures
    official: Figures
    statements: pd.DataFrame
    true: list[Row]

    def judged(self, rows: list[Row]) -> pd.DataFrame:
        frame = pd.DataFrame(rows).fillna({"rule": "printed_twice"})
        return judge_statements(
            frame.assign(id=[f"m{n}" for n in range(len(frame))]), self.figures, beside=self.statements, official=self.official
        )


@pytest.fixture(scope="module")
def bench(held: store.Store) -> Bench:
    figures = Figures(held)
    official = Figures(held, official=True, areas={each.area for each in figures.all})
    statements = claims.printed_statements(held)
    made = implied(held, figures)
    both = pd.concat([statements, made], ignore_index=True).fillna({"rule": "printed_twice"})
    judged = pd.concat(
        [judge_statements(statements, figures, official=official), judge_statements(made, figures, beside=statements)],
        ignore_index=True,
    )
    true = both[judged["verdict"].str.startswith("agrees").to_numpy()]
    return Bench(figures, official, statements, [{str(k): str(v) for k, v in row.items()} for row in true.to_dict("records")])


def figures_in(node: Node) -> list[Figure]:
    match node:
        case Figure():
            return [node]
        case Call(_, arguments):
            return [each for argument in arguments for each in figures_in(argument)]
        case Operation(_, left, right):
            return [*figures_in(left), *figures_in(right)]
    return []


# A mutant has to be false. "Less than 1.5%" of what is 0.4 %, or none of another base, is still true, and is no mutant.
BOUND = re.compile(r"less than|more than|none|all", re.IGNORECASE)


def another_digit(row: Row, chance: random.Random, _bench: Bench) -> Row | None:
    if (
        BOUND.search(row["stated"])
        or row["unit"] not in ("count", "percent", "pounds")
        or not any(sign.isdigit() for sign in row["stated"])
    ):
        return None
    places = [at for at, sign in enumerate(row["stated"]) if sign.isdigit()]
    at = chance.choice(places)
    digit = chance.choice([each for each in "123456789" if each != row["stated"][at]])
    stated = row["stated"][:at] + digit + row["stated"][at + 1 :]
    if row["unit"] == "percent" and float(re.sub(r"[^\d.]", "", stated)) > 100:
        return None
    return row | {"stated": stated, "quote": row["quote"].replace(row["stated"], stated)}


def another_year(row: Row, _chance: random.Random, bench: Bench) -> Row | None:
    named = figures_in(parse(row["asserts"])) if row["asserts"] else [Figure(row["series"], row["category"] or "all")]
    fixed = any(re.match(r"\d", place) for each in named for place in each.places)
    # What is said of a whole (shares that add to 100, a label) is true of every year.
    if fixed or row["unit"] == "word" or not named or BOUND.search(row["stated"]):
        return None
    area, period = areas.resolve(row["area"]), periods.parse(row["period"])
    before = periods.year_before(period)
    values = {when: [each.value for each in bench.figures.all if (each.series, each.category) == (named[0].series, named[0].category)
                     and (each.area, each.period) == (area, when)] for when in (period, before)}  # fmt: skip
    if values[before] and set(values[before]) & set(values[period]):
        return None  # the figure is the same in both years
    return row | {"period": before}


def another_base(row: Row, chance: random.Random, bench: Bench) -> Row | None:
    formula = row["asserts"]
    if not formula and row["series"]:
        known = catalogue.series().loc[row["series"]]
        formula = share_formula(row["series"], row["category"]) if known["numerator"] else ""
    match parse(formula) if formula else None:
        case Call("share", (Figure() as top, Figure() as base)) if not top.places and not base.places:
            pass
        case _:
            return None
    place = (areas.resolve(row["area"]), periods.parse(row["period"]))
    units = catalogue.series()["unit"]
    whole = next((each.value for each in bench.figures.all if (each.series, each.category) == (base.series, base.category)
                  and (each.area, each.period) == place), 0.0)  # fmt: skip
    others = [each for each in bench.figures.all if (each.area, each.period) == place and units[each.series] == "count"
              and each.category == "all" and each.value > 0 and abs(each.value / max(whole, 1) - 1) > 0.02]  # fmt: skip
    if not others:
        return None
    other = chance.choice(sorted(others, key=lambda each: each.source))
    number = next(
        (each.value for each in bench.figures.all if (each.series, each.category) == (top.series, top.category)
         and (each.area, each.period) == place), 0.0)  # fmt: skip
    decimals = len(row["stated"].strip("%").partition(".")[2])
    shown = f"{Decimal(100 * number / other.value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"
    if BOUND.search(row["stated"]) or shown == row["stated"]:
        return None  # the other base gives the same figure
    top_words = top.series if top.category == "all" else f"{top.series}:{top.category}"
    return row | {"series": "", "category": "", "asserts": f"share({top_words}, {other.series})"}


def another_direction(row: Row, _chance: random.Random, _bench: Bench) -> Row | None:
    if not row["asserts"]:
        return None
    node = parse(row["asserts"])
    swaps = {"rise(": "fall(", "fall(": "rise(", "gain(": "loss(", "rising(": "falling(", "falling(": "rising("}
    for one, other in swaps.items():
        if row["asserts"].startswith(one):
            return row | {"asserts": other + row["asserts"].removeprefix(one)}
    if isinstance(node, Operation) and node.sign in ("<", ">") and not isinstance(node.left, Day) and figures_in(node):
        return row | {"asserts": row["asserts"].translate(str.maketrans("<>", "><"))}
    return None


MUTATIONS: dict[str, Callable[[Row, random.Random, Bench], Row | None]] = {
    "digit": another_digit,
    "year": another_year,
    "base": another_base,
    "direction": another_direction,
}


def test_two_hundred_mutants_are_caught_and_two_hundred_true_statements_are_not(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(2013)  # noqa: S311 - a fixed sequence
    pool = chance.sample(bench.true, len(bench.true))
    made: list[tuple[str, Row]] = []
    for kind, mutate in MUTATIONS.items():
        mutants = [(kind, found) for row in pool if (found := mutate(row, chance, bench)) is not None]
        made += mutants[: SIZE // len(MUTATIONS)]
    assert Counter(kind for kind, _ in made) == dict.fromkeys(MUTATIONS, SIZE // len(MUTATIONS))
    judged = bench.judged([row for _, row in made])
    right = (judged["verdict"] == "contradicts") | ((judged["verdict"] == "not_checkable") & judged["reason"].isin(ABSENT))
    untouched = bench.judged(chance.sample(bench.true, SIZE))
    tally = pd.DataFrame({"kind": [kind for kind, _ in made], "verdict": judged["verdict"]}).value_counts().sort_index()
    with capsys.disabled():
        contradicted = (untouched["verdict"] == "contradicts").sum()
        print(f"\n{tally.to_string()}")  # noqa: T201
        print(f"caught: {right.sum()} of {SIZE}; true statements contradicted: {contradicted} of {SIZE}")  # noqa: T201
        for row in judged[~right][["area", "period", "quote", "stated", "note"]].itertuples(index=False):
            print("not caught:", *row, sep=" | ")  # noqa: T201
    assert right.sum() >= 0.98 * SIZE
    assert untouched["verdict"].str.startswith("agrees").all()


@pytest.mark.slow
def test_every_true_statement_is_caught_in_every_way(bench: Bench) -> None:
    chance = random.Random(2014)  # noqa: S311 - a fixed sequence
    for kind, mutate in MUTATIONS.items():
        mutants = [found for row in bench.true if (found := mutate(row, chance, bench)) is not None]
        judged = bench.judged(mutants)
        right = (judged["verdict"] == "contradicts") | ((judged["verdict"] == "not_checkable") & judged["reason"].isin(ABSENT))
        assert right.mean() >= 0.98, (kind, judged[~right][["quote", "stated", "note"]].to_string())
