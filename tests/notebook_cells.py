"""A notebook's code run cell by cell in this process: what it shows, without a kernel to wait for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import IPython.display
import nbformat
import pytest

from analysis.pack.plan import ANALYST

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
DOMAINS = ("children", "adults", "dols", "governance", "census")
AREAS = {
    "dols": ["Leicestershire", "Rutland", "Leicestershire County and Rutland PCT"],
    "governance": ["Leicestershire and Rutland"],
    "census": ["Leicestershire", "Rutland", "East Midlands", "England"],
}


def shown_by(notebook: str, data: Path, **parameters: Any) -> list[list[Any]]:
    """What each code cell of the notebook displays in a run, with these parameters in the place of its own."""
    cells: list[list[Any]] = []
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        patch.setattr(IPython.display, "display", lambda shown: cells[-1].append(shown))
        for cell in nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells:
            if cell.cell_type == "code" and ANALYST not in cell.metadata.get("tags", []):
                cells.append([])
                exec(cell.source, names)  # noqa: S102 (the notebook is our own)
                if "parameters" in cell.metadata.get("tags", []):
                    names |= parameters
    return cells


def parameters_of(notebook: str, domain: str) -> dict[str, Any]:
    if notebook == "data_quality":
        return {}
    return {"domain": domain, "areas": AREAS.get(domain, ["Leicestershire", "Rutland"])}
