"""Exhibits of judged statements: errors to correct, differences from the official return, and what can't be checked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables, wording
from analysis.claims.language.vocabulary import reasons, remedies
from analysis.claims.statement_verdicts import AMBIGUOUS
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_NO_CAUSE = "No rule gives the printed figure."
_WORDS = {
    "material": ("Errors that change what a reader would decide", "a direction, an order, all or none, or another size of work"),
    "moderate": ("Errors that a reader would notice", "what is concluded from them stays the same"),
    "minor": ("Errors of rounding, of a last digit or of a person or two", "nothing is decided by them"),
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
                anchors=context.anchors("official", differing["series"]),
            ),
            source=context.source_line(pd.concat([differing["source"], _official_sources(scope, differing)]), scope),
            notes=("Neither is corrected here: the council that made both returns can say which of them stands.",),
            open_table=True,
        )
    ]


@otherwise("No statement is contradicted.")
def errata(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each severity of the errors in prose, material ones first, and one of what reads in two ways."""
    heads = _errors(judged)
    members = judged[(judged["verdict"] == "contradicts") & (judged["kind"] == "printed")]
    shown = [
        _errata(name, heads[heads["severity"] == name], members, scope) for name in _WORDS if (heads["severity"] == name).any()
    ]
    two_ways = judged[judged["verdict"] == AMBIGUOUS]
    return [*shown, *([] if two_ways.empty else [_ambiguous(two_ways, scope)])]


def _errors(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the statement that stands for each error of prose, by the report's own figures, with the error's severity."""
    contradicted = judged[(judged["verdict"] == "contradicts") & (judged["kind"] == "printed") & ~_by_return_only(judged)]
    severities = {name: number for number, name in enumerate(_WORDS)}
    worst = contradicted["severity"].map(severities).groupby(contradicted["error"]).min().map(dict(enumerate(_WORDS)))
    heads = contradicted.drop_duplicates("error")
    return heads.assign(severity=heads["error"].map(worst))


def _by_return_only(judged: pd.DataFrame) -> pd.Series:
    """Return for each statement whether only the official return contradicts it; these have an exhibit of their own."""
    contradicted = judged[(judged["kind"] == "official") & (judged["verdict"] == "contradicts")]
    shown_pairs = set(zip(contradicted["source"], contradicted["arithmetic"], strict=True))
    is_shown = [pair in shown_pairs for pair in zip(judged["source"], judged["arithmetic"], strict=True)]
    return pd.Series(is_shown, index=judged.index) & (judged["kind"] == "printed")


def _errata(severity: str, rows: pd.DataFrame, members: pd.DataFrame, scope: Scope) -> Exhibit:
    title, meaning = _WORDS[severity]
    of_error = dict(tuple(members.groupby("error")))
    cells = tuple(
        (
            f"“{row.quote}” ({_place(row)}, {row.area})",
            row.stated,
            row.recomputed or "not so",
            _explanation(row),
            _right(row, of_error[row.error]),
            str(len(of_error[row.error])),
        )
        for row in rows.itertuples(index=False)
    )
    return Exhibit(
        identity=f"errata-{severity}",
        headline=f"{title}: {len(rows)}",
        subtitle=meaning[0].upper() + meaning[1:],
        table=Table(
            f"Errors to correct: {severity}",
            ("Statement", "Says", "The figures give", "How, and the likely cause", "What would be right", "Statements with it"),
            cells,
            anchors=context.anchors(f"errata-{severity}", rows["series"]),
        ),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _explanation(row: Any) -> str:
    parts = [row.note, f"Likely cause: {row.cause}" if row.cause else ""]
    if not row.cause and row.severity != "wording" and any(sign.isdigit() for sign in row.recomputed[:2]):
        parts.append(_NO_CAUSE)
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _right(row: Any, members: pd.DataFrame) -> str:
    """Return the sentences that would be right in place of those of an error; empty where none is proposed."""
    sentences = list(dict.fromkeys(sentence for sentence in members["right"] if sentence))
    if sentences:
        return " ".join(f"“{sentence}”" for sentence in sentences)
    return f"Another word is right: {row.note}." if row.severity == "wording" else ""


def _ambiguous(rows: pd.DataFrame, scope: Scope) -> Exhibit:
    cells = tuple((f"“{row.quote}” ({_place(row)}, {row.area})", row.stated, row.note) for row in rows.itertuples(index=False))
    return Exhibit(
        identity="errata-ambiguous",
        headline=f"Statements that can be read in two ways: {len(rows)}",
        subtitle="One reading agrees with the figures and one doesn't: no errors, but clearer with the base or the period named",
        table=Table("Statements that can be read in two ways", ("Statement", "Says", "Both readings"), cells),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


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
    errors, is_prose = _errors(judged), judged["kind"] == "printed"
    count_of_prose, material = int(is_prose.sum()), int((errors["severity"] == "material").sum())
    two_ways = int((judged["verdict"] == AMBIGUOUS).sum())
    count_agreeing = wording.number(counts.get("agrees", 0) + counts.get("agrees_at_rounding", 0))
    sentences.append(
        f"{count_of_prose} statements in prose were worked out anew. The report's own figures contradict some: {len(errors)} "
        f"errors, {material} of them material, each counted once however often it is printed. {two_ways} statements can be read "
        "in two ways."
    )
    sentences.append(
        f"Of all {wording.number(len(judged))} statements, with those that the tables make by their totals and percentages, "
        f"{count_agreeing} agree and {counts.get('not_checkable', 0)} can't be checked."
    )
    sentences.append(_looked_at(judged[is_prose]))
    return [Sentences(tuple(sentences))]


def _looked_at(prose: pd.DataFrame) -> str:
    """Return what was looked at: the sections of the report whose passages are held, and that the rest was not."""
    titles = tables.read("claim_sections").set_index("section")["title"]
    sections = [name for name in titles.index if (prose["section"] == name).any()]
    named = "; ".join(titles[name] for name in sections)
    return f"Looked at were the passages with figures that are held of the report, and nothing else of it. They are of: {named}."


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
