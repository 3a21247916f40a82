"""Exhibits of the score card: the exceptions, the seven categories, and what the judgements mean."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import Finding, Flags, findings, phrases, place_words, title
from analysis.analyses.scorecard import RESULTS, absent, comments, judged_words, without_comment
from analysis.catalogue import areas, periods, tables, wording
from analysis.disclosure import policy
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Point, Points, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import IMPLIED

_COLUMNS = (
    "Indicator and area", "Latest", "A year before", "Change", "Beside other areas", "Target", "Judgement", "Control chart",
    "Confidence in the data",
)  # fmt: skip
# {column that is left out if all its cells are empty: (an empty cell, the note that says why, if any)}
_EMPTY = {
    "Target": ("None set", ""),
    "Control chart": ("Too few quarters", "No control chart is drawn: a verdict needs thirteen quarters."),
    "Beside other areas": ("Not compared", "None of these is held for other areas in a way that can be compared."),
}
_NO_CHANGE = {"missing": "No earlier figure", "not comparable": "Not one series", "values only": "Side by side"}
_KEY = ["indicator", "category", "area"]


@otherwise("No indicator of the framework has a figure in this period.")
def card_summary(card: pd.DataFrame) -> list[Sentences]:
    """Return a sentence with the counts of the whole card, by what is to be done about its rows."""
    if card.empty:
        return []
    counts = {name: int(card["result"].isin(results).sum()) for name, results in RESULTS.items()}
    parts = [phrases()[f"card_{name}"].format(number=wording.number(count)) for name, count in counts.items() if count]
    return [Sentences((phrases()["card_summary"].format(rows=wording.number(len(card)), parts=wording.listing(parts)),))]


@otherwise("No indicator has to be passed on this time.")
def passed_on(exceptions: pd.DataFrame, scope: Scope) -> list[Points]:
    """Return the exceptions (`scorecard.exceptions`) by recipient, each with its reason and the agencies' commentary."""
    finding_by_key = _finding_by_key(exceptions)
    shows_commentary = policy.shows_commentary(scope.audience)
    comments_by_indicator = comments(exceptions, scope.store.commentary, scope.period) if shows_commentary else {}
    return [
        Points(
            str(recipient),
            tuple(_point(row, finding_by_key, comments_by_indicator, shows_commentary) for row in rows.itertuples(index=False)),
        )
        for recipient, rows in exceptions.groupby("goes_to", sort=False)
    ]


@otherwise("Every exception has a commentary, or there are none.")
def no_commentary(exceptions: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the exceptions without commentary from an agency; empty if there are none."""
    uncommented = without_comment(exceptions, scope.store.commentary, scope.period)
    if uncommented.empty:
        return []
    rows = tuple((title(row.indicator), row.agency) for row in uncommented.itertuples(index=False))
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
    """Return one exhibit for each category of the performance framework that has a row on the card, in their order."""
    finding_by_key = _finding_by_key(card)
    names = tables.read("framework_categories").set_index("id")["title"]
    without_figure = absent(card)
    return [
        _category(str(number), names[number], rows, finding_by_key, without_figure[without_figure["framework"] == number], scope)
        for number, rows in card.groupby("framework", sort=False)
    ]


@otherwise("There are no judgements.")
def judgements() -> list[Exhibit]:
    """Return the exhibit of the judgements and their meanings."""
    rows = tuple((words, meaning) for words, _, meaning in judged_words())
    return [
        Exhibit(
            identity="judgements",
            headline="What is to be done about a figure: resolve, explain, watch, or nothing",
            subtitle="What the words and shapes mean; the colour says nothing that the words do not",
            table=Table("What each judgement means", ("Judgement", "Meaning"), rows),
            source="the rules of this project.",
            open_table=True,
        )
    ]


def confidence_words(checked: int, differing: int) -> str:
    """Return in words how the checks of a figure came out, such as "2 of 11 checks do not come out"."""
    key = "differ" if differing else "none" if not checked else "agree_one" if checked == 1 else "agree"
    return phrases()[f"confidence_{key}"].format(checked=checked, differing=differing)


def _finding_by_key(rows: pd.DataFrame) -> dict[tuple[str, str, str], Finding]:
    keys = zip(rows["indicator"], rows["category"], rows["area"], rows["period"], strict=True)
    flags: Flags = dict(zip(keys, rows["stands"].astype(bool), strict=True))
    return {(finding.indicator, finding.category, finding.area): finding for finding in findings(rows, flags)}


def _point(row: Any, finding_by_key: dict, comments_by_indicator: dict, shows_commentary: bool) -> Point:
    key = tuple(getattr(row, column) for column in _KEY)
    finding = finding_by_key.get(key)
    headline = finding.headline if finding else _latest_only(row)
    remarks = [f"{role}: {text}" for role, text in comments_by_indicator.get(key[0], [])]
    if row.doubt:
        remarks.insert(0, f"Confidence: {confidence_words(row.checked, row.differing)}.")
    agency = catalogue.indicators().at[key[0], "agency"]
    note_on_silence = (
        [] if key[0] in comments_by_indicator or not shows_commentary else [f"No commentary received from {agency}."]
    )
    reason = row.why
    return Point(headline, row.words, row.rag, (reason, *remarks, *note_on_silence))


def _latest_only(row: Any) -> str:
    sentence = phrases()["latest_only"].format(
        title=title(row.indicator, row.category),
        area=areas.label(row.area),
        value=context.value(row.indicator, row.latest, row.latest_status),
        when=periods.phrase(row.latest_period),
    )
    others = [context.value(row.indicator, float(each)) for each in row.other_latest.split()]
    return sentence + (phrases()["latest_other"].format(others=wording.listing(others)) if others else "")


def _category(
    number: str, name: str, rows: pd.DataFrame, finding_by_key: dict, without_figure: pd.DataFrame, scope: Scope
) -> Exhibit:
    cells = [_cells(row, finding_by_key.get((row.indicator, row.category, row.area))) for row in rows.itertuples(index=False)]
    frame = pd.DataFrame(cells, columns=list(_COLUMNS))
    empty_columns = [column for column, (words, _) in _EMPTY.items() if frame[column].eq(words).all()]
    shown = frame.drop(columns=empty_columns)
    colours = {words: colour for words, colour, _ in judged_words() if colour}
    counts = {words: int((rows["words"] == words).sum()) for words, _, _ in judged_words()}
    counts_in_words = [
        f"{count} {words[2:].lower() if words[1] == ' ' else words.lower()}" for words, count in counts.items() if count
    ]
    return Exhibit(
        identity=f"card-{number}",
        headline=f"{number}. {name}",
        subtitle=f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}: {wording.listing(counts_in_words)}",
        notes=(
            *(_EMPTY[column][1] for column in empty_columns if _EMPTY[column][1]),
            *_note_on_targets(rows),
            *_note_on_missing(without_figure),
        ),
        table=Table(
            f"Score card, category {number}: {name}",
            tuple(shown.columns),
            tuple(shown.itertuples(index=False, name=None)),
            colours,
        ),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _note_on_targets(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return a note that says for each target on the card where it is said."""
    names = dict.fromkeys(rows.loc[rows["target"] != "", "indicator"])
    sources = catalogue.indicators()["target_source"]
    texts = [f"{wording.lower_first(title(name))} {context.target(name)} ({sources[name].rstrip('.')})" for name in names]
    return (f"Targets: {'; '.join(texts)}.",) if texts else ()


def _note_on_missing(rows: pd.DataFrame) -> tuple[str, ...]:
    names = [wording.lower_first(title(row.indicator, row.category)) for row in rows.itertuples(index=False)]
    return (f"No figure is held for {wording.listing(names)}.",) if names else ()


def _cells(row: Any, finding: Finding | None) -> tuple[str, ...]:
    values: dict = row._asdict()
    name = values["indicator"]
    status = values["latest_status"]
    latest_cell = f"{context.value(name, values['latest'], status)}, {context.period_words(values['latest_period'], status)}"
    change = _NO_CHANGE.get(values["verdict"], "")
    if finding and not change:
        details = [words for words in (finding.rarity_words, finding.usual_words) if words]
        change = f"{finding.change_words}, {wording.lower_first(finding.verdict_words)}".removeprefix(", ")
        change += f" ({'; '.join(details)})" if details else ""
    return (
        f"{title(name, values['category'])}, {areas.label(values['area'])}",
        latest_cell,
        _reference(values, finding),
        change,
        _compared_in_words(values),
        context.target(name) if values["target"] else "None set",
        values["words"],
        values["control"].capitalize() or "Too few quarters",
        confidence_words(values["checked"], values["differing"]),
    )


def _reference(row: dict, finding: Finding | None) -> str:
    """Return the figure of the year before as a cell shows it; of one that is only implied, its range."""
    value = context.value(row["indicator"], row["reference"] if finding else math.nan, row["reference_status"])
    if row["reference_status"] != IMPLIED:
        return value
    entry = catalogue.indicators().loc[row["indicator"]]
    return wording.level_range(row["reference_low"], row["reference_high"], entry["unit"], int(entry["decimals"]))


def _compared_in_words(row: dict) -> str:
    name = row["compared_by"]
    if pd.isna(name) or pd.isna(row["compared_value"]):
        return "Not compared"
    unit = wording.unit_words(catalogue.indicators().at[name, "unit"], catalogue.indicators().at[name, "per"])
    per = f" {unit}" if unit.startswith("per") else ""
    words = [f"{context.value(name, row['compared_value'])}{per}"]
    if pd.notna(row["compared_reference"]):
        words.append(f"{row['compared_name']} {context.value(name, row['compared_reference'])}")
    place = place_words(row["compared_place"], row["compared_members"])
    unlike = "unlike them: " if row["compared_verdict"] == "unlike" else ""
    return ", ".join(words) + (f": {unlike}{place}" if place else "")
