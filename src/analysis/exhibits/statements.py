"""Exhibits of judged statements: what a Board must correct, what stands beside the official return, and what can't be checked."""

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
# By how many characters a right figure may be longer than the printed one; anything longer is words, not a figure.
_LONGER = 4
_WORDS = {
    "material": ("Errors that change what a reader would conclude", "a direction, an order, a headline, or a tenth or more"),
    "moderate": ("Errors that a reader would notice", "one percentage point or two per cent and more, or two statements at odds"),
    "minor": ("Errors of rounding and of a last digit", "less than one percentage point or two per cent"),
    "wording": ("Words that the figures don't bear", "the figures stand, and another word is right for them"),
}


@otherwise("No figure differs from an official return that is held.")
def against_return(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of figures that differ from the official return of the same figure (`claims.review`), if any do."""
    beside = judged[judged["kind"] == "official"]
    differing = beside[beside["verdict"] == "contradicts"]
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
    some, all_of_them = len(differing), _many(len(beside), "figure")
    return [
        Exhibit(
            identity="official",
            headline=f"{some} of {all_of_them} of the report {_is(some)} not what the official return gives",
            subtitle="Figures that the report and the Department's release or the Census both give, largest differences first",
            table=Table(
                f"Figures that differ from the official return, of {len(beside)} that both give",
                ("Figure", "The report", "Official return", "Difference", "Severity", "Printed in"),
                rows,
            ),
            source=context.source_line(pd.concat([differing["source"], _returns(scope, differing)]), scope),
            notes=("Neither is corrected here: the council that made both returns can say which of them stands.",),
            open_table=True,
        )
    ]


@otherwise("No statement is contradicted.")
def errata(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each severity of the statements in prose that are contradicted, material first."""
    wrong = _contradicted(judged)
    rights: dict[str, dict[str, str]] = {}
    for row in wrong.itertuples(index=False):
        if any(sign.isdigit() for sign in row.stated) and len(row.instead) <= len(row.stated) + _LONGER:
            rights.setdefault(row.quote, {})[row.stated] = row.instead
    by_severity = {name: wrong[wrong["severity"] == name] for name in _WORDS}
    return [_errata(name, rows, rights, scope) for name, rows in by_severity.items() if not rows.empty]


def _contradicted(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the statements in prose that the report's own figures contradict, one row a figure of a sentence."""
    wrong = judged[(judged["verdict"] == "contradicts") & (judged["kind"] == "printed") & ~_by_return_only(judged)]
    # One figure in one sentence may fail in two ways: the worse is shown.
    return wrong.assign(_key=wrong["quote"].str.rstrip(".") + wrong["stated"] + wrong["area"]).drop_duplicates("_key")


def _by_return_only(judged: pd.DataFrame) -> pd.Series:
    """Whether a statement is contradicted by the official return alone, which has an exhibit of its own."""
    beside = judged[(judged["kind"] == "official") & (judged["verdict"] == "contradicts")]
    shown = set(zip(beside["source"], beside["arithmetic"], strict=True))
    found = [pair in shown for pair in zip(judged["source"], judged["arithmetic"], strict=True)]
    return pd.Series(found, index=judged.index) & (judged["kind"] == "printed")


def _errata(severity: str, rows: pd.DataFrame, rights: dict[str, dict[str, str]], scope: Scope) -> Exhibit:
    title, meaning = _WORDS[severity]
    cells = tuple(
        (
            f"“{row.quote}” ({_place(row)}, {row.area})",
            row.stated,
            row.recomputed or "not so",
            _how(row),
            corrected(row, rights.get(row.quote, {})),
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


def _how(row: Any) -> str:
    parts = [row.note, f"Likely cause: {row.cause}" if row.cause else ""]
    if not row.cause and any(sign.isdigit() for sign in row.recomputed[:2]):
        parts.append(_NO_CAUSE)
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def corrected(row: Any, rights: dict[str, str]) -> str:
    """Return words that would be right: the sentence with every wrong figure of it put right, or what the figures say.

    `rights` is {figure as printed: the right one} of the sentence.
    """
    if rights.get(row.stated):
        pattern = "|".join(re.escape(stated) for stated in sorted(rights, key=len, reverse=True) if rights[stated])
        return f"“{re.sub(rf'(?<![0-9,.])(?:{pattern})', lambda match: rights[match[0]], row.quote)}”"
    words = row.instead or row.note
    return f"{words[:1].upper()}{words[1:]}." if words else "Name the group that the figure is of."


@otherwise("Every statement can be checked.")
def unchecked(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the statements that can't be checked: how many, why, and what to print next year."""
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
    """Return what came out in a few sentences, official differences first."""
    counts = judged["verdict"].value_counts()
    wrong = judged[judged["verdict"] == "contradicts"]
    differ = wrong[(wrong["kind"] == "official") & (wrong["severity"] == "material")]
    items = [f"{_figure(row)}: the report has {row.stated}, the official return {row.recomputed}." for row in differ.itertuples()]
    prose, said = _contradicted(judged), int((judged["kind"] == "printed").sum())
    material = int((prose["severity"] == "material").sum())
    agree = wording.number(counts.get("agrees", 0) + counts.get("agrees_at_rounding", 0))
    items.append(
        f"{said} statements in prose were worked out anew: {len(prose)} are contradicted by the report's own figures, "
        f"{material} of them materially."
    )
    items.append(
        f"Of all {wording.number(len(judged))} statements, with those that the tables make by their totals and percentages, "
        f"{agree} agree and {counts.get('not_checkable', 0)} can't be checked."
    )
    return [Sentences(tuple(items))]


def _example(rows: pd.DataFrame, reason: str) -> str:
    row = rows[rows["reason"] == reason].iloc[0]
    return f"“{row['stated']}” in section {row['section']}: {row['quote']}"


def _figure(row: object) -> str:
    series, category = row.series, row.category  # type: ignore[attr-defined]
    name = str(catalogue.series().at[series, "title"]).removesuffix(", % as printed")
    part = "" if category == catalogue.TOTAL else f", {wording.lower_first(catalogue.category_label(category))}"
    place = f"{areas.label(areas.resolve(row.area))}, {periods.label(periods.parse(row.period))}"  # type: ignore[attr-defined]
    return f"{name}{part}, {place}"


def _place(row: object) -> str:
    section = row.section  # type: ignore[attr-defined]
    return section if str(section)[:1].isalpha() else f"section {section}"


def _returns(scope: Scope, differing: pd.DataFrame) -> pd.Series:
    """Return a source cell of each official release that gives one of these figures, or a number that one of them is made of."""
    controlled = {name for name, origin in scope.store.origins.items() if origin["controlled"]}
    known, held = catalogue.series(), scope.store.observations
    made_of = {
        term.series
        for series in differing["series"]
        for side in ("numerator", "denominator")
        for term in catalogue.terms(known.at[series, side])
    }
    same = held["series"].isin(made_of | set(differing["series"]))
    return held[held["release"].isin(controlled) & same].drop_duplicates("release")["source"]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


def _is(count: int) -> str:
    return "are" if count != 1 else "is"
