"""The prose of a draft: the sentences of a .txt, .md or .docx file in order; nothing in the file is run or fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import DataError
from analysis.files import packed_xml
from analysis.files.packed_xml import Limits

_LARGEST = 2_000_000  # letters: a report of a thousand pages has as many
_LONGEST = 20_000  # letters of a sentence: what is longer is no prose, and slow to search
# A thousand pages in Word have some 200,000 elements; pictures pack hardly at all.
_PACKAGE = Limits(unpacked=500_000_000, elements=1_000_000, letters=_LARGEST)
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
    sentences = [sentence for paragraph in folded for sentence in _END.split(paragraph) if sentence]
    longest = max(map(len, sentences), default=0)
    if longest > _LONGEST:
        raise DataError(name, found=f"{longest:,} letters without an end of a sentence", expected=f"at most {_LONGEST:,}")
    return sentences


def _plain(path: Path, name: str) -> list[str]:
    if path.stat().st_size > _LARGEST:
        raise DataError(name, found=f"{path.stat().st_size:,} bytes", expected=f"at most {_LARGEST:,}")
    try:
        return path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(name, found=f"the byte 0x{error.object[error.start]:02x}", expected="UTF-8 text") from None


def _document(path: Path, name: str) -> list[str]:
    try:
        with packed_xml.opened(path, _PACKAGE) as packed:
            return _paragraphs(packed.read(_DOCUMENT))
    except packed_xml.TooMuchError as error:
        raise DataError(name, found=str(error), expected="a report in Word of a thousand pages at most") from None
    except packed_xml.DeclaredError:
        raise DataError(name, found="a document that declares entities", expected="a Word document without them") from None
    except packed_xml.BROKEN:
        raise DataError(name, found="a file that can't be opened", expected="a Word document (.docx)") from None


def _paragraphs(content: bytes) -> list[str]:
    """Return the text of each paragraph, a blank line between two."""
    lines: list[str] = []
    open_paragraph: list[str] = []  # of the paragraph that is open
    in_text = False

    def start(tag: str, _: Mapping[str, str]) -> None:
        nonlocal in_text
        in_text = tag == "t"
        if tag in ("tab", "br"):
            open_paragraph.append(" ")

    def end(tag: str) -> None:
        nonlocal in_text
        in_text = False
        if tag == "p":
            lines.extend(("".join(open_paragraph), ""))
            open_paragraph.clear()

    def text(words: str) -> None:
        if in_text:
            open_paragraph.append(words)

    packed_xml.Screen(_PACKAGE).walk(content, start, end, text)
    return [*lines, "".join(open_paragraph)]
