"""Exhibits of the score card: what has to be passed on, the seven categories, and what the judgements mean."""

from __future__ import annotations

import math

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import Finding, findings, how_many_by_chance, phrases, title
from analysis.analyses.scorecard import absent, comments, judged_words, without_comment
from analysis.catalogue import areas, periods, tables, wording
from analysis.disclosure import policy
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Point, Points, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_COLUMNS = (
    "Indicator and area", "Latest", "A year before", "Change", "Beside other areas", "Target", "Judgement", "Control chart",
    "Confidence in the data",
)  # fmt: skip
# Columns in which nothing may stand for a whole table: they are left out, and a note says why.
_EMPTY = {
    "Target": ("None set", "No target is set for any of these."),
    "Control chart": ("Too few quarters", "No control chart is drawn: a verdict needs thirteen quarters."),
    "Beside other areas": ("Not compared", "None of these is held for other areas in a way that can be compared."),
}
_CHANGES = {
    "up": "Rose", "down": "Fell", "no clear change": "No clear change", "no events": "None in either",
    "values only": "Not tested", "not tested": "Can't be tested", "not comparable": "Not one series",
    "missing": "No figure a year before",
}  # fmt: skip
_BESIDE = {"up": "higher", "down": "lower", "no clear change": "no clear difference"}
_KEY = ["indicator", "category", "area"]


@otherwise("No indicator of the framework has a figure in this period.")
def card_summary(card: pd.DataFrame) -> list[Sentences]:
    """Return what the whole card says in numbers, and how many of its flags chance alone would give."""
    if card.empty:
        return []
    changed, stands = card["verdict"].isin(("up", "down")), card["stands"].astype(bool)
    untested = card["verdict"].isin(("missing", "not tested", "not comparable", "values only"))
    said = phrases()["card_summary"].format(
        rows=wording.number(len(card)),
        worse=_counted(card["result"] == "worse for sure").capitalize(),
        better=_counted(card["result"] == "better for sure"),
        changed=_counted(changed & stands & (card["judgement"] == "")),
        perhaps=_counted(changed & ~stands),
        same=_counted(card["verdict"].isin(("no clear change", "no events"))),
    )
    if untested.any():
        said += " " + phrases()["card_untested"].format(untested=_counted(untested))
    chance = how_many_by_chance(card)
    return [Sentences((said, chance) if chance else (said,))]


@otherwise("No indicator has to be passed on this time.")
def passed_on(taken: pd.DataFrame, scope: Scope) -> list[Points]:
    """Return the exceptions (`scorecard.exceptions`) by whom they go to, each with its reason and the agencies' commentary."""
    said = _said(taken)
    shown = policy.shows_commentary(scope.audience)
    received = comments(taken, scope.store.commentary, scope.period) if shown else {}
    return [
        Points(str(recipient), tuple(_point(row, said, received, shown) for row in rows.itertuples(index=False)))
        for recipient, rows in taken.groupby("goes_to", sort=False)
    ]


@otherwise("Every exception has a commentary, or there are none.")
def no_commentary(taken: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the table of exceptions that no agency has commented on; empty if there are none."""
    silent = without_comment(taken, scope.store.commentary, scope.period)
    if silent.empty:
        return []
    rows = tuple((title(row.indicator), row.agency) for row in silent.itertuples(index=False))
    when = periods.label(scope.period)
    number = f"{len(rows)} exception{'s have' if len(rows) > 1 else ' has'}"
    return [
        Exhibit(
            identity="no-commentary",
            headline=f"{number} no commentary from the agency for {when}",
            subtitle="Commentary is received as a file for the period; its form is described in the project's guide",
            table=Table(f"Exceptions without commentary, {when}", ("Indicator", "Agency asked"), rows),
            source="commentary received for the period.",
            open_table=True,
        )
    ]


@otherwise("No indicator of the framework has a figure in this period.")
def score_tables(card: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each category of the performance framework that has a row on the card, in its order."""
    said = _said(card)
    names = tables.read("framework_categories").set_index("id")["title"]
    lacking = absent(card)
    return [
        _category(str(number), names[number], rows, said, lacking[lacking["framework"] == number], scope)
        for number, rows in card.groupby("framework", sort=False)
    ]


@otherwise("There are no judgements.")
def judgements() -> list[Exhibit]:
    """Return the exhibit of what each judgement means, and what makes it."""
    rows = tuple((words, meaning) for words, _, meaning in judged_words())
    return [
        Exhibit(
            identity="judgements",
            headline="Red, amber and green are given only against a target or where one side is good",
            subtitle="What the words and shapes mean; the colour says nothing that the words do not",
            table=Table("What each judgement means", ("Judgement", "Meaning"), rows),
            source="the rules of this project.",
            open_table=True,
        )
    ]


def confidence_words(checked: int, differing: int) -> str:
    """Return in words what the checks say of a figure: "2 of 11 checks do not come out"."""
    key = "differ" if differing else "none" if not checked else "agree_one" if checked == 1 else "agree"
    return phrases()[f"confidence_{key}"].format(checked=checked, differing=differing)


def _said(rows: pd.DataFrame) -> dict[tuple[str, str, str], Finding]:
    return {(each.indicator, each.category, each.area): each for each in findings(rows)}


def _counted(rows: pd.Series) -> str:
    return wording.number(int(rows.sum())) if rows.any() else "none"


def _point(row: object, said: dict, received: dict, shown: bool) -> Point:
    key = tuple(getattr(row, column) for column in _KEY)
    finding = said.get(key)
    headline = finding.headline if finding else _latest_only(row)
    given = [f"{role}: {text}" for role, text in received.get(key[0], [])]
    if row.doubt:  # type: ignore[attr-defined]
        given.insert(0, f"Confidence: {confidence_words(row.checked, row.differing)}.")  # type: ignore[attr-defined]
    agency = catalogue.indicators().at[key[0], "agency"]
    silent = [] if key[0] in received or not shown else [f"No commentary received from {agency}."]
    why = row.why  # type: ignore[attr-defined]
    return Point(headline, row.words, row.rag, (why, *given, *silent))  # type: ignore[attr-defined]


def _latest_only(row: object) -> str:
    return phrases()["latest_only"].format(
        title=title(row.indicator, row.category),  # type: ignore[attr-defined]
        area=areas.label(row.area),  # type: ignore[attr-defined]
        value=context.value(row.indicator, row.latest, row.latest_status),  # type: ignore[attr-defined]
        when=periods.phrase(row.latest_period),  # type: ignore[attr-defined]
    )


def _category(number: str, name: str, rows: pd.DataFrame, said: dict, lacking: pd.DataFrame, scope: Scope) -> Exhibit:
    cells = [_cells(row, said.get((row.indicator, row.category, row.area))) for row in rows.itertuples(index=False)]
    frame = pd.DataFrame(cells, columns=list(_COLUMNS))
    empty = [column for column, (words, _) in _EMPTY.items() if frame[column].eq(words).all()]
    kept = frame.drop(columns=empty)
    colours = {words: colour for words, colour, _ in judged_words() if colour}
    counts = {words: int((rows["words"] == words).sum()) for words, _, _ in judged_words()}
    spoken = [f"{count} {words[2:].lower() if words[1] == ' ' else words.lower()}" for words, count in counts.items() if count]
    return Exhibit(
        identity=f"card-{number}",
        headline=f"{number}. {name}",
        subtitle=f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}: {wording.listing(spoken)}",
        notes=(*(_EMPTY[column][1] for column in empty), *_lacking(lacking)),
        table=Table(
            f"Score card, category {number}: {name}", tuple(kept.columns), tuple(kept.itertuples(index=False, name=None)), colours
        ),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _lacking(rows: pd.DataFrame) -> tuple[str, ...]:
    names = [wording.lower_first(title(row.indicator, row.category)) for row in rows.itertuples(index=False)]
    return (f"No figure is held for {wording.listing(names)}.",) if names else ()


def _cells(row: object, finding: Finding | None) -> tuple[str, ...]:
    r: dict = row._asdict()  # type: ignore[attr-defined]
    name = r["indicator"]
    latest = (
        f"{context.value(name, r['latest'], r['latest_status'])}, {context.period_words(r['latest_period'], r['latest_status'])}"
    )
    change = _CHANGES[r["verdict"]]
    if finding and finding.verdict != "no events":
        interval = f" ({finding.interval_words})" if finding.interval_words else ""
        change = f"{change}: {finding.change_words}{interval}"
    return (
        f"{title(name, r['category'])}, {areas.label(r['area'])}",
        latest,
        context.value(name, r["reference"] if finding else math.nan, r["reference_status"]),
        change,
        _beside(r),
        r["target"] or "None set",
        r["words"],
        r["control"].capitalize() or "Too few quarters",
        confidence_words(r["checked"], r["differing"]),
    )


def _beside(row: dict) -> str:
    name = row["compared_by"]
    if pd.isna(row["compared_reference"]) or pd.isna(name):
        return "Not compared"
    unit = wording.unit_words(catalogue.indicators().at[name, "unit"], catalogue.indicators().at[name, "per"])
    mine, theirs = context.value(name, row["compared_value"]), context.value(name, row["compared_reference"])
    per = f" {unit}" if unit.startswith("per") else ""
    verdict = _BESIDE.get(row["compared_verdict"], "not tested")
    return f"{mine}{per}, {row['compared_name']} {theirs}: {verdict}"
