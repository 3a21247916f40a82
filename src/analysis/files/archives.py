"""Zip archives from elsewhere: how large they would be is checked before they are unpacked.

Open it for the limits of an archive, and for the tuple of errors that a broken one raises.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable

# What zipfile raises for files that are torn, altered, encrypted or packed in a way that it doesn't know.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError)


def is_bomb(entries: Iterable[zipfile.ZipInfo], largest: int, ratio: int = 200) -> bool:
    """Return whether an archive unpacks to more than `largest` bytes, or a part over 1 MB to `ratio` times its packed size."""
    parts = list(entries)
    return sum(part.file_size for part in parts) > largest or any(
        part.file_size > 1e6 and part.file_size > ratio * max(part.compress_size, 1) for part in parts
    )
