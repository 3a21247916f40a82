"""Office files from elsewhere (.xlsx, .ods, .docx): their XML is counted before another library reads it.

The size of a file says little: 38 KB can stand for a million cells, and one attribute for an endless sheet. So elements, depth,
letters and the length of attributes are counted while the XML is parsed, and parsing stops at the limit. Document types, by
which XML defines its own entities, are always refused.
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
# The directory of a package takes about 100 bytes for each part; a reader keeps all of it in memory.
_LARGEST_DIRECTORY, _END, _LONGEST_END = 1_000_000, b"PK\x05\x06", 22 + 65_535


class TooMuchError(Exception):
    """The file holds more than the limits allow; the text says more of what ("more than 100,000 cells and other elements")."""


class DeclaredError(Exception):
    """The XML declares a document type, which no office program writes."""


@dataclass(frozen=True)
class Limits:
    """How much a package may hold: bytes once unpacked, and in its XML elements, letters, depth and letters of one attribute."""

    unpacked: int
    elements: int
    letters: int
    depth: int = 60
    attribute: int = 100_000
    ratio: int = 200  # XML packs to a 10th or a 50th of its size; a bomb to a 1000th


def opened(file: bytes | Path, limits: Limits) -> zipfile.ZipFile:
    """Return the package with its parts still packed. Raises TooMuchError, or one of BROKEN."""
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as handle:
        handle.seek(max(0, handle.seek(0, io.SEEK_END) - _LONGEST_END))
        end_of_file = handle.read()
    position = end_of_file.rfind(_END)
    if position >= 0 and int.from_bytes(end_of_file[position + 12 : position + 16], "little") > _LARGEST_DIRECTORY:
        raise TooMuchError("more parts than any office program writes")
    package = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
    if archives.is_bomb(package.infolist(), limits.unpacked, limits.ratio):
        package.close()
        raise TooMuchError(f"more than {limits.unpacked / 1e6:,.0f} MB once unpacked")
    names = package.namelist()
    if len(set(names)) < len(names):  # a reader would see only one of two parts with the same name
        package.close()
        raise zipfile.BadZipFile
    return package


class Screen:
    """A parser for the XML parts of one package that counts elements and letters over all of them."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.elements, self.letters = limits, 0, 0

    def walk(
        self,
        content: bytes,
        start: Callable[[str, Mapping[str, str]], None] = lambda tag, attributes: None,
        end: Callable[[str], None] = lambda tag: None,
        text: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Parse one part and call back for each element and text; names come without their namespaces.

        Raises TooMuchError, DeclaredError, or expat.ExpatError for what is no XML.
        """
        limits, depth = self.limits, 0
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True

        def on_start(tag: str, attributes: dict[str, str]) -> None:
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

        def on_end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(tag.rpartition("}")[2])

        def on_text(letters: str) -> None:
            self.letters += len(letters)
            if self.letters > limits.letters:
                raise TooMuchError(f"more than {limits.letters:,} letters")
            text(letters)

        def on_doctype(*_declaration: object) -> None:
            raise DeclaredError

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = on_start, on_end, on_text
        parser.StartDoctypeDeclHandler = on_doctype
        parser.Parse(content, True)
