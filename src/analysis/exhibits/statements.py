"""Exhibits of judged statements: errors to correct, differences from the official return, and what can't be checked."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.claims.language.vocabulary import reasons, remedies
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_NO_CAUSE = "No rule gives the printed figure."
# A right figure is at most this many letters longer than the printed one; anything longer is words.
_MAX_EXTRA_LETTERS = 4
_WORDS = {
    "material": ("Errors that change what a reader would conclude", "a direction, an order, a headline, or a tenth or more"),
    "moderate": ("Errors that a reader would notice", "one percentage point or two per cent and more, or two statements at odds"),
    "minor": ("Errors of rounding and of a last digit", "less than one percentage point or two per cent"),
    "wording": ("Words that the figures don't bear", "the figures stand, and another word is right for them"),
}


@otherwise("No figure differs from an official return that is held.")
def against_return(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of figures that differ from the official return (`claims.review`); empty if none does."""
    with_return = judged[judged["kind"] == "official"]
    differing = with_return[with_return["verdict"] == "contradicts"]
    if differing.empty:
        return []
    rows = tuple(
        (
            _figure(row),
            row.stated,
            row.recomputed,
            row.note.partition(": a difference of ")[2].partition(". ")[0],
            row.severity,
            _place(row),
        )
        for row in differing.itertuples(index=False)
    )
    count, all_figures = len(differing), _counted(len(with_return), "figure")
    return [
        Exhibit(
            identity="official",
            headline=f"{count} of {all_figures} of the report {_is_or_are(count)} not what the official return gives",
            subtitle="Figures that the report and the Department's release or the Census both give, largest differences first",
            table=Table(
                f"Figures that differ from the official return, of {len(with_return)} that both give",
                ("Figure", "The report", "Official return", "Difference", "Severity", "Printed in"),
                rows,
            ),
            source=context.source_line(pd.concat([differing["source"], _official_sources(scope, differing)]), scope),
            notes=("Neither is corrected here: the council that made both returns can say which of them stands.",),
            open_table=True,
        )
    ]


@otherwise("No statement is contradicted.")
def errata(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each severity of the contradicted statements in prose, material ones first."""
    contradicted = _contradicted(judged)
    rights_by_quote: dict[str, dict[str, str]] = {}
    for row in contradicted.itertuples(index=False):
        if any(sign.isdigit() for sign in row.stated) and len(row.instead) <= len(row.stated) + _MAX_EXTRA_LETTERS:
            rights_by_quote.setdefault(row.quote, {})[row.stated] = row.instead
    by_severity = {name: contradicted[contradicted["severity"] == name] for name in _WORDS}
    return [_errata(name, rows, rights_by_quote, scope) for name, rows in by_severity.items() if not rows.empty]


def _contradicted(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the statements in prose that the report's own figures contradict, with one row for each figure of a sentence."""
    contradicted = judged[(judged["verdict"] == "contradicts") & (judged["kind"] == "printed") & ~_by_return_only(judged)]
    # A figure of a sentence may fail in two ways: only the worse one is shown.
    return contradicted.assign(
        _key=contradicted["quote"].str.rstrip(".") + contradicted["stated"] + contradicted["area"]
    ).drop_duplicates("_key")


def _by_return_only(judged: pd.DataFrame) -> pd.Series:
    """Return for each statement whether only the official return contradicts it; these have an exhibit of their own."""
    contradicted = judged[(judged["kind"] == "official") & (judged["verdict"] == "contradicts")]
    shown_pairs = set(zip(contradicted["source"], contradicted["arithmetic"], strict=True))
    is_shown = [pair in shown_pairs for pair in zip(judged["source"], judged["arithmetic"], strict=True)]
    return pd.Series(is_shown, index=judged.index) & (judged["kind"] == "printed")


def _errata(severity: str, rows: pd.DataFrame, rights_by_quote: dict[str, dict[str, str]], scope: Scope) -> Exhibit:
    title, meaning = _WORDS[severity]
    cells = tuple(
        (
            f"“{row.quote}” ({_place(row)}, {row.area})",
            row.stated,
            row.recomputed or "not so",
            _explanation(row),
            corrected(row, rights_by_quote.get(row.quote, {})),
        )
        for row in rows.itertuples(index=False)
    )
    return Exhibit(
        identity=f"errata-{severity}",
        headline=f"{title}: {len(rows)}",
        subtitle=f"Statements of the report that its own figures contradict: {meaning}",
        table=Table(
            f"Statements to correct: {severity}",
            ("Statement", "Says", "The figures give", "How, and the likely cause", "What would be right"),
            cells,
        ),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _explanation(row: Any) -> str:
    parts = [row.note, f"Likely cause: {row.cause}" if row.cause else ""]
    if not row.cause and any(sign.isdigit() for sign in row.recomputed[:2]):
        parts.append(_NO_CAUSE)
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def corrected(row: Any, right_by_printed: dict[str, str]) -> str:
    """Return right words in place of a statement: its sentence with every wrong figure corrected, or what the figures say.

    `right_by_printed` is {figure as printed: right figure} of the sentence.
    """
    if right_by_printed.get(row.stated):
        pattern = "|".join(
            re.escape(stated) for stated in sorted(right_by_printed, key=len, reverse=True) if right_by_printed[stated]
        )
        return f"“{re.sub(rf'(?<![0-9,.])(?:{pattern})', lambda match: right_by_printed[match[0]], row.quote)}”"
    words = row.instead or row.note
    return f"{words[:1].upper()}{words[1:]}." if words else "Name the group that the figure is of."


@otherwise("Every statement can be checked.")
def unchecked(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the statements that can't be checked: their number, the reasons, and what to print next year."""
    rows = judged[judged["verdict"] == "not_checkable"]
    if rows.empty:
        return []
    counts, total = rows["reason"].value_counts(), wording.number(len(judged))
    cells = tuple(
        (reasons()[name], wording.number(count), _example(rows, name), remedies()[name]) for name, count in counts.items()
    )
    return [
        Exhibit(
            identity="unchecked",
            headline=f"{len(rows)} of {total} statements can't be checked with what is printed",
            subtitle="Number of statements by what is missing, and what to print in the next report",
            table=Table(f"Statements that can't be checked, of {total}", ("Why", "Statements", "Such as", "Next year"), cells),
            source=context.source_line(rows["source"], scope),
            open_table=True,
        )
    ]


@otherwise("No statement is held.")
def summary(judged: pd.DataFrame, scope: Scope) -> list[Sentences]:
    """Return the results of the review in a few sentences, the material differences from official returns first."""
    counts = judged["verdict"].value_counts()
    contradicted = judged[judged["verdict"] == "contradicts"]
    material_differences = contradicted[(contradicted["kind"] == "official") & (contradicted["severity"] == "material")]
    sentences = [
        f"{_figure(row)}: the report has {row.stated}, the official return {row.recomputed}."
        for row in material_differences.itertuples()
    ]
    prose, count_of_prose = _contradicted(judged), int((judged["kind"] == "printed").sum())
    material = int((prose["severity"] == "material").sum())
    count_agreeing = wording.number(counts.get("agrees", 0) + counts.get("agrees_at_rounding", 0))
    sentences.append(
        f"{count_of_prose} statements in prose were worked out anew: {len(prose)} are contradicted by the report's own figures, "
        f"{material} of them materially."
    )
    sentences.append(
        f"Of all {wording.number(len(judged))} statements, with those that the tables make by their totals and percentages, "
        f"{count_agreeing} agree and {counts.get('not_checkable', 0)} can't be checked."
    )
    return [Sentences(tuple(sentences))]


def _example(rows: pd.DataFrame, reason: str) -> str:
    row = rows[rows["reason"] == reason].iloc[0]
    return f"“{row['stated']}” in section {row['section']}: {row['quote']}"


def _figure(row: Any) -> str:
    series, category = row.series, row.category
    name = str(catalogue.series().at[series, "title"]).removesuffix(", % as printed")
    category_words = "" if category == catalogue.TOTAL else f", {wording.lower_first(catalogue.category_label(category))}"
    place = f"{areas.label(areas.resolve(row.area))}, {periods.label(periods.parse(row.period))}"
    return f"{name}{category_words}, {place}"


def _place(row: Any) -> str:
    section = row.section
    return section if str(section)[:1].isalpha() else f"section {section}"


def _official_sources(scope: Scope, differing: pd.DataFrame) -> pd.Series:
    """Return one source cell of each official release that gives one of these figures, or a count that it is made of."""
    controlled = {name for name, origin in scope.store.origins.items() if origin["controlled"]}
    series_table, observations = catalogue.series(), scope.store.observations
    terms = {
        term.series
        for series in differing["series"]
        for side in ("numerator", "denominator")
        for term in catalogue.terms(series_table.at[series, side])
    }
    is_of_these = observations["series"].isin(terms | set(differing["series"]))
    return observations[observations["release"].isin(controlled) & is_of_these].drop_duplicates("release")["source"]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


def _is_or_are(count: int) -> str:
    return "are" if count != 1 else "is"
