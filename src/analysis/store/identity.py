"""What readers may know a raw file by: the SHA-256 of one that is published, a keyed digest of any other.

An unpublished return holds a few small numbers in a known layout: whoever has its plain SHA-256 tries all of them in seconds. The
key lies in the data folder, which readers don't have. The file has one key a line: the first is in use, those below it were
replaced, and what they sealed is still known by them.
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
    if not (data / FILE).exists():
        folders.write_whole(data / FILE, secrets.token_hex(_BYTES).encode())
    return keys(data)[0]


def keys(data: Path) -> list[bytes]:
    """Return the key of a data folder and those that it replaced, the latest first; none where the folder has no key.

    Raises DataError for a file of that name that holds anything else.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> keys(folder), len(key(folder)), len(keys(folder))
    ([], 32, 1)
    """
    try:
        lines = (data / FILE).read_text(encoding="ascii").split() or [""]
        held = [bytes.fromhex(line) for line in lines]
    except FileNotFoundError:
        return []
    except (ValueError, UnicodeDecodeError):
        held = [b""]
    if any(len(each) != _BYTES for each in held):
        raise DataError(
            FILE, found="no key", expected=f"{2 * _BYTES} hexadecimal digits: restore it from a back-up of the data folder"
        )
    return held


def digest(data: Path, text: str) -> str:
    """Return a digest of a text that nobody without the key of this data folder can work out."""
    return digest_by(key(data), text)


def digest_by(held: bytes, text: str) -> str:
    """Return the digest of a text by one key.

    >>> digest_by(bytes(32), "a")[:8]
    '9615a95d'
    """
    return hmac.new(held, text.encode(), "sha256").hexdigest()


def is_digest(data: Path, text: str, stated: str) -> bool:
    """Return whether a digest of a text was made by the key of this data folder, or by one that it replaced.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> is_digest(folder, "a", digest(folder, "a")), is_digest(folder, "b", digest(folder, "a"))
    (True, False)
    """
    return any(hmac.compare_digest(digest_by(each, text).encode(), stated.encode()) for each in keys(data))


def of_inputs(data: Path, inputs: Mapping[str, str], origins: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Return {raw file: what readers may know it by} for {raw file: sha256}, by the origin of the release that it is of."""
    published = tuple(f"{release}/" for release, origin in origins.items() if origin.get("published") or origin.get("controlled"))
    return {
        file: f"{PUBLISHED}:{sha256}" if file.startswith(published) else f"{KEYED}:{digest(data, f'{file} {sha256}')}"
        for file, sha256 in inputs.items()
    }
