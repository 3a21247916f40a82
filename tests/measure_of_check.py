"""How many of the errors that the ledger finds `claims check` finds without it: in the text alone, and with tables and figures.

Run by hand with a text and a data folder: python tests/measure_of_check.py REPORT.txt DATA [PERIOD]
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
from measure_of_extract import folded

from analysis.claims import review
from analysis.claims.draft.figure_check import check_figures
from analysis.claims.draft.reading.blocks import blocks_of
from analysis.claims.draft.reading.report_file import read_report
from analysis.claims.draft.relation_check import RelationCheck
from analysis.claims.draft.self_check import check_text
from analysis.store import load


def tables_of(folder: Path) -> list[str]:
    """Return the lines of a report's tables as they stand in a draft, each under its name."""
    lines: list[str] = []
    for file in sorted(folder.glob("figure-*.csv")):
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        width = max(map(len, rows))
        marked = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        lines += ["", f"# {file.stem}", "", marked[0], "|" + "---|" * width, *marked[1:], ""]
    return lines


def found(errors: pd.DataFrame, alarms: Iterable[RelationCheck]) -> set[str]:
    """Return the errors that alarms find: by the sentence of a statement, or in a table by the numbers of its arithmetic."""
    wrong = [each for each in alarms if each.verdict == "contradicts"]
    sentences = [folded(each.sentence) for each in wrong]
    sums = [_numbers(each.arithmetic) for each in wrong]
    return {
        row.error
        for row in errors.itertuples()
        if any(folded(row.quote) in sentence or sentence in folded(row.quote) for sentence in sentences)
        or (row.kind == "implied" and any(len(_numbers(row.note)) > 2 and _numbers(row.note) <= each for each in sums))
    }


def _numbers(text: str) -> set[float]:
    return {float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def main(text: Path, data: Path, period: str = "") -> None:
    held = load(data)
    judged = review(held)
    errors = judged[judged["verdict"] == "contradicts"]
    report = read_report(text)
    alone = check_text(report, period=period)
    in_tables = check_text(blocks_of(tables_of(data / "raw" / "annual-report" / "2012-13")), period=period)
    rows = held.observations
    without_ledger = replace(held, observations=rows[~rows["source"].str.contains("/claims.csv#", regex=False)])
    by_figures = check_figures(report, without_ledger, period=period)
    out = sys.stdout.write
    out(f"{errors['error'].nunique()} errors\n")
    for name, alarms in (("text alone", alone), ("tables", in_tables), ("figures", by_figures)):
        wrong = [each for each in alarms if each.verdict == "contradicts"]
        out(f"{name}: {len(wrong)} alarms, {len(found(errors, wrong))} errors\n")
        for each in wrong:
            hit = sorted(found(errors, [each]))
            out(f"   {hit or '-'} {each.says} | {each.arithmetic}\n")
    every = found(errors, [*alone, *in_tables, *by_figures])
    out(f"together {len(every)}; not found: {sorted(set(errors['error']) - every)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
