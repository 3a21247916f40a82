"""Where the data folder is: `raw/`, `processed/` and what an analyst adds lie in it."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "SAFEGUARDING_DATA"


def find() -> Path | None:
    """Return the data folder, or None where there is none.

    It is what `SAFEGUARDING_DATA` names, else the nearest `data/` with a `raw/` in it, from the working directory up, so
    that a notebook finds it from wherever it was opened.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    here = Path.cwd()
    return next((folder / "data" for folder in (here, *here.parents) if (folder / "data" / "raw").is_dir()), None)
