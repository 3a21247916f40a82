"""Results that are worked out of figures, kept beside them: of the same figures the same library makes the same result.

A result lies in `<data>/.kept` under a digest of all that it is made of, so that a changed figure, table, library or package
finds none. It is there for speed alone: whoever deletes the folder loses nothing. Like `processed` it may hold exact figures.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import platform
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from analysis.files import data_folders, folders
from analysis.store.tidy_table import version

FOLDER = ".kept"
_MOST = 200_000_000  # bytes


def kept(
    name: str, figures: pd.DataFrame, others: list[str], work: Callable[[], pd.DataFrame], data: Path | None = None
) -> pd.DataFrame:
    """Return the result of `work`, or what was kept of it: it must follow from `name`, `figures` and `others` alone.

    The result is the same either way, for it is always read from what was written. It is kept in the folder `data`; where none is
    given in that of this process, if its figures were cleaned.

    >>> figures = pd.DataFrame({"area": ["E06000017"], "value": [3.0]})
    >>> kept("doubled", figures, ["twice"], lambda: figures.assign(value=2 * figures["value"]))["value"].tolist()
    [6.0]
    """
    if data is None:
        data = data_folders.find()
        if data is None or not (data / "processed" / "build.json").is_file():
            return _read(_written(work()))
    file = data / FOLDER / f"{_digest(name, figures, others)}.parquet"
    try:
        frame = _read(file.read_bytes())
    except (OSError, ValueError):  # there is none, or nobody can read it
        content = _written(work())
        _keep(content, file)
        return _read(content)
    with contextlib.suppress(OSError):  # removed by another process, or not ours to touch
        file.touch()
    return frame


def remove_unused(data: Path) -> None:
    """Remove the results that were used longest ago, so that the folder stays small."""
    files = [(path.stat(), path) for path in (data / FOLDER).glob("*.parquet")]
    size = 0
    for stat, path in sorted(files, key=lambda each: -each[0].st_mtime):
        size += stat.st_size
        if size > _MOST:
            path.unlink(missing_ok=True)


def _digest(name: str, figures: pd.DataFrame, others: list[str]) -> str:
    packages = [platform.python_version(), pd.__version__, np.__version__, scipy.__version__]
    made_of = json.dumps([name, list(figures.columns), figures.attrs, others, version(), packages])
    rows = pd.util.hash_pandas_object(figures, index=False).to_numpy().tobytes()
    return hashlib.sha256(made_of.encode() + rows).hexdigest()


def _written(frame: pd.DataFrame) -> bytes:
    return bytes(frame.to_parquet(index=False))


def _read(content: bytes) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(content))


def _keep(content: bytes, file: Path) -> None:
    """Write the file whole or not at all, because several notebooks may do so at once."""
    with contextlib.suppress(PermissionError):  # in a read-only checkout it is worked out each time
        file.parent.mkdir(exist_ok=True)
        folders.write_whole(file, content)
