"""The package's own tables: what the figures are, where they stand and what may be said of them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def read(name: str) -> pd.DataFrame:
    """Return the table `name` (without `.csv`): every cell a string, an empty cell the empty string.

    The frame is shared by all callers, who take what they need from it and never change it.
    """
    with files(__name__).joinpath(f"{name}.csv").open(encoding="utf-8") as handle:
        return pd.read_csv(handle, dtype=str, keep_default_na=False)
