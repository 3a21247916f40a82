"""What readers may know a raw file by: the SHA-256 of one that is published, a keyed digest of any other.

An unpublished return holds a few small numbers in a known layout: whoever has its plain SHA-256 tries all of them in seconds. The
key lies in the data folder, which readers don't have.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import DataError
from analysis.files import folders

FILE = ".identity"  # in the data folder
_BYTES = 32
PUBLISHED, KEYED = "sha256", "hmac-sha256"


def key(data: Path) -> bytes:
    """Return the key of a data folder; it is made when it is first asked for.

    Raises DataError for a file of that name that holds no key: another one in its place would make every pack unknown.
    """
    path = data / FILE
    if not path.exists():
        folders.write_whole(path, secrets.token_hex(_BYTES).encode())
    try:
        held = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        held = b""
    if len(held) != _BYTES:
        raise DataError(
            FILE, found="no key", expected=f"{2 * _BYTES} hexadecimal digits: restore it from a back-up of the data folder"
        )
    return held


def digest(data: Path, text: str) -> str:
    """Return a digest of a text that nobody without the key of this data folder can work out."""
    return hmac.new(key(data), text.encode(), "sha256").hexdigest()


def of_inputs(data: Path, inputs: Mapping[str, str], origins: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Return {raw file: what readers may know it by} for {raw file: sha256}, by the origin of the release that it is of."""
    published = tuple(f"{release}/" for release, origin in origins.items() if origin.get("published") or origin.get("controlled"))
    return {
        file: f"{PUBLISHED}:{sha256}" if file.startswith(published) else f"{KEYED}:{digest(data, f'{file} {sha256}')}"
        for file, sha256 in inputs.items()
    }
