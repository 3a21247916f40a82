"""The prose of a draft: the sentences of a .txt, .md or .docx file, in order, and nothing of it is run or fetched."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from analysis import archives
from analysis.errors import DataError

_LARGEST = 20_000_000  # bytes of text: a report of a thousand pages has two
_DOCUMENT = "word/document.xml"
# A sentence ends at a full stop, question or exclamation mark with a capital, a digit or a bracket behind the space.
_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!No\.)\s+(?=[A-Z0-9(‘“'\"])")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}\.)\s+|^#+\s*")


def read_prose(path: Path) -> list[str]:
    """Return the sentences of a file, white space folded; list marks and headings' signs are left out.

    Raises DataError naming the file for one that isn't there, of another kind, too large, or not what its name says.
    """
    name = path.name
    if not path.is_file():
        raise DataError(name, found="no such file", expected="a draft as .txt, .md or .docx")
    match path.suffix.lower():
        case ".txt" | ".md":
            lines = _plain(path, name)
        case ".docx":
            lines = _document(path, name)
        case other:
            raise DataError(name, found=f"a file of the kind {other or 'without an ending'!r}", expected=".txt, .md or .docx")
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*[-*•#])", "\n".join(lines))
    folded = (re.sub(r"\s+", " ", _BULLET.sub("", paragraph)).strip() for paragraph in paragraphs)
    return [sentence for paragraph in folded for sentence in _END.split(paragraph) if sentence]


def _plain(path: Path, name: str) -> list[str]:
    if path.stat().st_size > _LARGEST:
        raise DataError(name, found=f"{path.stat().st_size:,} bytes", expected=f"at most {_LARGEST:,}")
    try:
        return path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(name, found=f"the byte 0x{error.object[error.start]:02x}", expected="UTF-8 text") from None


def _document(path: Path, name: str) -> list[str]:
    try:
        with zipfile.ZipFile(path) as packed:
            size = packed.getinfo(_DOCUMENT).file_size
            if size > _LARGEST:
                raise DataError(name, found=f"{size:,} bytes unpacked", expected=f"at most {_LARGEST:,}")
            with packed.open(_DOCUMENT) as part:
                content = part.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise DataError(name, found="more bytes than the file admits to", expected=f"at most {_LARGEST:,}")
        return _paragraphs(content, name)
    except DataError:
        raise
    except (*archives.BROKEN, expat.ExpatError):
        raise DataError(name, found="a file that can't be opened", expected="a Word document (.docx)") from None


def _paragraphs(content: bytes, name: str) -> list[str]:
    """Return the text of each paragraph, a blank line between two; a document with entities of its own is refused."""
    lines, inside = [""], False
    parser = expat.ParserCreate()

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = tag == "w:t"
        if tag in ("w:tab", "w:br"):
            lines[-1] += " "

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == "w:p":
            lines.extend(("", ""))

    def data(text: str) -> None:
        if inside:
            lines[-1] += text

    def entity(*_declaration: object) -> None:
        raise DataError(name, found="a document that declares entities", expected="a Word document without them")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.EntityDeclHandler = entity
    parser.Parse(content, True)
    return lines
