"""Triangulation: figures of a report compared with the official return of the same figure, where there is one."""

from __future__ import annotations

import pandas as pd

from analysis.claims.implied.claim_row import row_of
from analysis.claims.lookup import Figures
from analysis.claims.printed_value import as_printed, read_stated
from analysis.claims.statement_verdicts import judge_statements
from analysis.clean.printed.statements import FILE

ID = "official/"


def triangulated(statements: pd.DataFrame, figures: Figures, official: Figures) -> pd.DataFrame:
    """Return a judged row (kind "official") for each figure of a report that the official return gives too.

    Of several prints of one figure the one that takes precedence counts; where a sentence gives the figure, its words are shown.
    A printed percentage is compared with the official numerator and base. The note gives both figures and their difference. An
    official figure that its publisher rounded agrees with every figure that it may stand for.
    """
    used = {figures.best(each).source: each for each in figures.all}
    in_prose = statements[statements["source"].isin(used) & (statements["series"] != "")]
    tables = [row_of(figures, "official", each, "") for each in used.values() if not each.file.endswith(FILE)]
    prose_cells = {
        (each.series, each.area, each.period, each.category): each.source for each in figures.all if each.file.endswith(FILE)
    }
    keys = {each.source: (each.series, each.area, each.period, each.category) for each in used.values()}
    # A figure that a table and a sentence give is shown in the words of the sentence.
    in_words = statements[
        statements["source"].isin({prose_cells[keys[row["source"]]] for row in tables if keys[row["source"]] in prose_cells})
    ]
    only_in_tables = [row for row in tables if keys[row["source"]] not in prose_cells]
    rows = pd.concat([in_prose, in_words, pd.DataFrame(only_in_tables, columns=statements.columns)], ignore_index=True)
    rows = rows.drop_duplicates("id").assign(asserts="")
    judged = judge_statements(rows.assign(id=ID + rows["id"]), official, "official")
    judged = judged[judged["verdict"] != "not_checkable"]
    return judged.assign(note=[_note(row) for row in judged.to_dict("records")])


def _note(row: dict[str, str]) -> str:
    report, official = (read_stated(row[side], _unit(row)) for side in ("stated", "recomputed"))
    if report is None or official is None:
        return row["note"]
    decimals = max(report.decimals, official.decimals)
    difference = as_printed(report.value - official.value, decimals, report.unit).rstrip("%")
    if report.unit == "percent":
        difference = f"{difference} percentage points"
    differs = f"a difference of {difference}" if row["verdict"] == "contradicts" else "the same"
    return f"The report has {row['stated']}, the official return {row['recomputed']}: {differs}. {row['arithmetic']}."


def _unit(row: dict[str, str]) -> str:
    return "percent" if row["recomputed"].endswith("%") else "pounds" if "£" in row["recomputed"] else "count"
