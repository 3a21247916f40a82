"""Golden tables: each row holds inputs, the answer as published, and where it was published."""

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "golden"


def golden(name: str) -> pd.DataFrame:
    """Return the golden table of this name, one row an answer (or a stratum of one)."""
    table = pd.read_csv(FOLDER / f"{name}.csv")
    assert table["source"].notna().all(), f"{name}.csv has an answer without a source"
    return table


def golden_rows(name: str) -> list[tuple]:
    """Return the rows of the golden table as tuples, for pytest to run through."""
    return list(golden(name).itertuples(index=False, name=None))
