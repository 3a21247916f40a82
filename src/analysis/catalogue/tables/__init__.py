"""The package's own tables: what the figures are, where they stand and what may be said of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd


@cache
def read(name: str) -> pd.DataFrame:
    """Return the table `name` (without `.csv`): every cell a string, an empty cell the empty string.

    The frame is shared by all callers, who take what they need from it and never change it.
    """
    with _files()[name].open(encoding="utf-8") as handle:
        return pd.read_csv(handle, dtype=str, keep_default_na=False)


@cache
def _files() -> dict[str, Path]:
    """Return where each table lies: they are in folders by subject, and no two have one name."""
    return {path.stem: path for path in sorted(Path(__file__).parent.rglob("*.csv"))}
