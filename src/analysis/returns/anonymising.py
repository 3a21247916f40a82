"""Blanks what programs write by themselves into a file about their user and machine; everything else is kept as it was sent.

Excel puts the name of its user and the folder of the file into every workbook that it saves, and LibreOffice the path of the
file. Nobody has asked for them. Parts without such names are copied byte for byte, and a file without any is not changed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

_PROPERTIES = (
    rb"dc:creator|cp:lastModifiedBy|dc:description|dc:subject|cp:keywords|cp:category|cp:contentStatus|"
    rb"Manager|Company|HyperlinkBase|meta:initial-creator|meta:printed-by|meta:keyword|meta:user-defined"
)
_PROGRAM_OR_VERSION = re.compile(rb"openpyxl|[\d.]*")  # a program, its version
_LINK = rb'(<Relationship\b(?=[^>]*"External")[^>]*\bTarget="(?:\.\./)*)([^"./][^"]*/)([^"]*")'
_FOLDER = rb'(<(?:\w+:)?(?:absPath|fileSharing)\b[^>]*?\b(?:url|userName)=")([^"]*)(")'


def without_names(content: bytes, made_by: str) -> bytes:
    """Return a workbook without the names of its user or machine; `made_by`, who made the template, stays."""
    if not content.startswith(b"PK"):
        return content
    packed = io.BytesIO()
    changed = False
    with zipfile.ZipFile(io.BytesIO(content)) as sent, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as anonymised:
        for entry in sent.infolist():
            part = sent.read(entry)
            blank = next((blank for kind, blank in _BLANK_OF_PART if re.fullmatch(kind, entry.filename)), None)
            blanked_part = part if blank is None else blank(part, made_by.encode())
            changed |= blanked_part != part
            anonymised.writestr(entry, blanked_part)
    return packed.getvalue() if changed else content


def _properties(part: bytes, made_by: bytes) -> bytes:
    def without_value(match: re.Match[bytes]) -> bytes:
        return match[0] if match[2] == made_by or _PROGRAM_OR_VERSION.fullmatch(match[2]) else match[1] + match[3]

    return re.sub(rb"(<(?:" + _PROPERTIES + rb")(?:\s[^>]*)?>)([^<]*)(</)", without_value, part)


def _attributes(pattern: bytes) -> Callable[[bytes, bytes], bytes]:
    return lambda part, _: re.sub(pattern, rb"\1\3", part)


def _emptied(part: bytes, _: bytes) -> bytes:
    """Return the root element of a part with nothing in it; a part whose root holds no other element is returned as it is."""
    root = re.search(rb"<([\w:]+)((?:\s+xmlns(?::\w+)?=\"[^\"]*\")*)[^>]*>", part)
    return part if root is None or len(re.findall(rb"<[\w:]+", part)) == 1 else b"<" + root[1] + root[2] + b"/>"


_BLANK_OF_PART: tuple[tuple[str, Callable[[bytes, bytes], bytes]], ...] = (
    (r"docProps/(?:core|app)\.xml|meta\.xml", _properties),
    (r"docProps/custom\.xml|customXml/item\d+\.xml", _emptied),
    (r"xl/workbook\.xml", _attributes(_FOLDER)),
    # LibreOffice turns links within the workbook into links to the path of the file.
    (r"xl/worksheets/_rels/[^/]+\.rels", _attributes(_LINK)),
)
