"""Packed files: how much they hold is known before they are unpacked, and every way of being broken is one tuple of errors."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable

# What zipfile raises for files that are torn, altered, encrypted or packed in a way that it doesn't know.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError)


def is_bomb(entries: Iterable[zipfile.ZipInfo], largest: int, ratio: int = 200) -> bool:
    """Return whether an archive unpacks to more than `largest` bytes, or a part over a megabyte to `ratio` times its own."""
    held = list(entries)
    return sum(each.file_size for each in held) > largest or any(
        each.file_size > 1e6 and each.file_size > ratio * max(each.compress_size, 1) for each in held
    )
