"""Copies of the notebooks to work on: what an analyst runs and saves holds figures of people, and the originals are tracked.

They lie in `workspace/` beside `notebooks/`, which git ignores. A copy is kept from session to session.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from analysis.files import folders

FOLDER = "workspace"
_KNOWN = ".originals.json"  # name of a copy: digest of the cells that it was made with


def lay_out(notebooks: Path) -> tuple[Path, list[str]]:
    """Return the folder with a copy of every notebook, and a sentence for each original that lies there anew.

    A copy whose cells were never changed follows its original. One that was changed stays, and an original that has changed since
    is laid beside it, once.
    """
    workspace = notebooks.parent / FOLDER
    workspace.mkdir(exist_ok=True)
    known, said = _known(workspace), list[str]()
    for original in sorted(notebooks.glob("*.ipynb")):
        digest, copy = _cells(original), workspace / original.name
        if copy.exists() and known.get(copy.name) == digest:
            continue
        beside = next(each for each in _names(copy) if not each.exists() or _cells(each) in (known.get(each.name), digest))
        if not beside.exists() or _cells(beside) != digest:
            folders.write_whole(beside, original.read_bytes(), mode=0o644)
        known[copy.name] = known[beside.name] = digest
        if beside != copy:
            said.append(
                f"{original.name} has changed since you changed your copy of it: yours is kept, and the new one lies beside it "
                f"as {beside.name!r}."
            )
    folders.write_whole(workspace / _KNOWN, json.dumps(known, indent=1).encode(), mode=0o644)
    return workspace, said


def _names(copy: Path) -> Iterator[Path]:
    """Yield the name of the copy, and then those that a new original may have beside it."""
    yield copy
    yield from (copy.with_name(f"{copy.stem} (new{f' {number}' if number > 1 else ''}){copy.suffix}") for number in count(1))


def _known(workspace: Path) -> dict[str, str]:
    try:
        return dict(json.loads((workspace / _KNOWN).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}  # every copy counts as changed then, and is kept


def _cells(notebook: Path) -> str:
    """Return a digest of what a person writes in a notebook: its cells without what running them left."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        written = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (ValueError, KeyError, TypeError):
        return ""  # half a notebook, or none: nothing that an original is like
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()
