"""How well `claims extract` proposes what a person would write: its rows of a text against a ledger made by hand.

Run by hand with a text and a ledger: python tests/measure_of_extract.py REPORT.txt claims.csv [AREA PERIOD]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

from analysis.claims.draft.extract import propose
from analysis.claims.draft.reading.report_file import read_report

FIELDS = ("area", "period", "unit", "series", "whole")


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".,;:").casefold()


def matched(proposed: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger's rows that a proposal has by quote and figure, with the proposal's fields beside them (`their_area` …)."""
    offered = [(folded(row.quote), folded(row.stated), row) for row in proposed.itertuples()]
    found = []
    for row in ledger.itertuples():
        quote, stated = folded(row.quote), folded(row.stated)
        hits = [each for words, figure, each in offered if figure == stated and (quote in words or words in quote)]
        if hits:
            # Of several the one that a person would have meant: that with the ledger's own series.
            best = hits[0]
            found.append(
                {"id": row.id}
                | {f"their_{name}": getattr(best, name) for name in ("area", "period", "unit", "series", "category", "asserts")}
            )
    return ledger.merge(pd.DataFrame(found), on="id")


def rates(rows: pd.DataFrame) -> dict[str, float]:
    """Return the share of matched rows whose field is the ledger's; series only of rows that have one."""
    right = {name: rows[name] == rows[f"their_{name}"] for name in ("area", "period", "unit")}
    same = (rows["series"] == rows["their_series"]) & (rows["category"] == rows["their_category"])
    return {name: float(values.mean()) for name, values in right.items()} | {
        "series": float(same[rows["series"] != ""].mean()),
        "whole": float((right["area"] & right["period"] & right["unit"] & same).mean()),
    }


def main(text: Path, ledger_file: Path, area: str = "", period: str = "") -> None:
    ledger = pd.read_csv(ledger_file, dtype=str, keep_default_na=False)
    proposed = propose(read_report(text), area=area, period=period)
    rows = matched(proposed, ledger)
    print(f"{len(proposed)} proposed; {len(rows)} of {len(ledger)} ledger rows matched")  # noqa: T201
    for name, part in (("all", rows), ("figures", rows[rows["unit"] != "word"]), ("with a series", rows[rows["series"] != ""])):
        print(name, len(part), {key: f"{value:.1%}" for key, value in rates(part).items()})  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
