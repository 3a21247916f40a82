"""Files of packed XML from elsewhere (.xlsx, .ods, .docx): what they hold is counted before a reader builds anything of it.

Sizes of files say little: 38 KB can stand for a million cells, and one attribute for a sheet without end. So elements, depth,
letters and the length of an attribute are counted while the XML is parsed, and the parsing stops at the limit. Document types,
with which XML defines entities of its own, are never let through.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from analysis.files import archives

BROKEN = (*archives.BROKEN, expat.ExpatError)
# The list of a package's parts takes some 100 bytes a part; a reader keeps all of it in memory.
_LARGEST_DIRECTORY, _END, _LONGEST_END = 1_000_000, b"PK\x05\x06", 22 + 65_535


class TooMuchError(Exception):
    """More than the limits allow; the text says of what ("more than 100,000 cells and other elements")."""


class DeclaredError(Exception):
    """The XML declares a document type, which no office program writes."""


@dataclass(frozen=True)
class Limits:
    """What a package may hold: bytes unpacked; in its XML elements, letters, how deep, and how long an attribute."""

    unpacked: int
    elements: int
    letters: int
    depth: int = 60
    attribute: int = 100_000
    ratio: int = 200  # XML packs 10 to 50 times; a bomb a thousand times


def opened(file: bytes | Path, limits: Limits) -> zipfile.ZipFile:
    """Return the package, its parts still packed. Raises TooMuchError, or one of BROKEN."""
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as handle:
        handle.seek(max(0, handle.seek(0, io.SEEK_END) - _LONGEST_END))
        tail = handle.read()
    at = tail.rfind(_END)
    if at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > _LARGEST_DIRECTORY:
        raise TooMuchError("more parts than any office program writes")
    package = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
    if archives.is_bomb(package.infolist(), limits.unpacked, limits.ratio):
        package.close()
        raise TooMuchError(f"more than {limits.unpacked / 1e6:,.0f} MB once unpacked")
    names = package.namelist()
    if len(set(names)) < len(names):  # of two parts of one name a reader sees only one
        package.close()
        raise zipfile.BadZipFile
    return package


class Screen:
    """Walks through the XML of one package, part after part, and counts over all of them."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.elements, self.letters = limits, 0, 0

    def walk(
        self,
        content: bytes,
        start: Callable[[str, Mapping[str, str]], None] = lambda tag, attributes: None,
        end: Callable[[str], None] = lambda tag: None,
        text: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Parse one part and call back, with names of elements and attributes without their namespaces.

        Raises TooMuchError, DeclaredError, or expat.ExpatError for what is no XML.
        """
        limits, depth = self.limits, 0
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True

        def opens(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if self.elements > limits.elements:
                raise TooMuchError(f"more than {limits.elements:,} cells and other elements")
            if depth > limits.depth:
                raise TooMuchError(f"elements within elements, more than {limits.depth} deep")
            if any(len(value) > limits.attribute for value in attributes.values()):
                raise TooMuchError(f"an attribute of more than {limits.attribute:,} letters")
            start(tag.rpartition("}")[2], {name.rpartition("}")[2]: value for name, value in attributes.items()})

        def closes(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(tag.rpartition("}")[2])

        def says(words: str) -> None:
            self.letters += len(words)
            if self.letters > limits.letters:
                raise TooMuchError(f"more than {limits.letters:,} letters")
            text(words)

        def declares(*_declaration: object) -> None:
            raise DeclaredError

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opens, closes, says
        parser.StartDoctypeDeclHandler = declares
        parser.Parse(content, True)
