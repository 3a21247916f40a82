"""Copies of the notebooks to work on, in `workspace/` beside `notebooks/`; they are kept from session to session.

What an analyst runs and saves holds figures about people. Git tracks the originals, and ignores the copies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from analysis.files import folders

FOLDER = "workspace"
_DIGESTS_FILE = ".originals.json"  # {name of a copy: digest of the cells that it was made with}


def copy_notebooks(notebooks: Path) -> tuple[Path, list[str]]:
    """Return the folder with a copy of every notebook, and a sentence for each new original that was put beside a changed copy.

    A copy whose cells nobody has changed is replaced when its original changes. A changed copy stays, and a new version of the
    original is put beside it, once.
    """
    workspace = notebooks.parent / FOLDER
    workspace.mkdir(exist_ok=True)
    digests, sentences = _read_digests(workspace), list[str]()
    for original in sorted(notebooks.glob("*.ipynb")):
        digest, copy = _digest_of_cells(original), workspace / original.name
        if copy.exists() and digests.get(copy.name) == digest:
            continue
        path = next(
            candidate
            for candidate in _candidate_paths(copy)
            if not candidate.exists() or _digest_of_cells(candidate) in (digests.get(candidate.name), digest)
        )
        if not path.exists() or _digest_of_cells(path) != digest:
            folders.write_whole(path, original.read_bytes(), mode=0o644)
        digests[copy.name] = digests[path.name] = digest
        if path != copy:
            sentences.append(
                f"{original.name} has changed since you changed your copy of it: yours is kept, and the new one lies beside it "
                f"as {path.name!r}."
            )
    folders.write_whole(workspace / _DIGESTS_FILE, json.dumps(digests, indent=1).encode(), mode=0o644)
    return workspace, sentences


def _candidate_paths(copy: Path) -> Iterator[Path]:
    """Yield the path of the copy, and then the paths that a new original may have beside it."""
    yield copy
    yield from (copy.with_name(f"{copy.stem} (new{f' {number}' if number > 1 else ''}){copy.suffix}") for number in count(1))


def _read_digests(workspace: Path) -> dict[str, str]:
    try:
        return dict(json.loads((workspace / _DIGESTS_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}  # every copy then counts as changed, and is kept


def _digest_of_cells(notebook: Path) -> str:
    """Return a digest of what a person writes in a notebook: its cells without their outputs."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (ValueError, KeyError, TypeError):
        return ""  # not a whole notebook: it equals no original
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()
