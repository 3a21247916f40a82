"""A file as it is kept: what programs write into it by themselves of their user and machine is blanked, all else is as sent.

Excel puts the name of its user and the folder of the file into every workbook that it saves, LibreOffice the path of the file.
Nobody has asked for them. Parts that hold none of that are copied byte for byte, and a file without any is not touched at all.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

_TEXTS = (
    rb"dc:creator|cp:lastModifiedBy|dc:description|dc:subject|cp:keywords|cp:category|cp:contentStatus|"
    rb"Manager|Company|HyperlinkBase|meta:initial-creator|meta:printed-by|meta:keyword|meta:user-defined"
)
_KEPT = re.compile(rb"openpyxl|[\d.]*")  # a program, its version
_LINK = rb'(<Relationship\b(?=[^>]*"External")[^>]*\bTarget="(?:\.\./)*)([^"./][^"]*/)([^"]*")'
_FOLDER = rb'(<(?:\w+:)?(?:absPath|fileSharing)\b[^>]*?\b(?:url|userName)=")([^"]*)(")'


def without_names(content: bytes, made_by: str) -> bytes:
    """Return a workbook without what names its user or machine; `made_by` is who made the template, and stays."""
    if not content.startswith(b"PK"):
        return content
    packed = io.BytesIO()
    changed = False
    with zipfile.ZipFile(io.BytesIO(content)) as sent, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in sent.infolist():
            part = sent.read(entry)
            blank = next((blank for kind, blank in _PARTS if re.fullmatch(kind, entry.filename)), None)
            new = part if blank is None else blank(part, made_by.encode())
            changed |= new != part
            kept.writestr(entry, new)
    return packed.getvalue() if changed else content


def _properties(part: bytes, made_by: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        return found[0] if found[2] == made_by or _KEPT.fullmatch(found[2]) else found[1] + found[3]

    return re.sub(rb"(<(?:" + _TEXTS + rb")(?:\s[^>]*)?>)([^<]*)(</)", one, part)


def _attributes(pattern: bytes) -> Callable[[bytes, bytes], bytes]:
    return lambda part, _: re.sub(pattern, rb"\1\3", part)


def _emptied(part: bytes, _: bytes) -> bytes:
    """Return an element of the name that the part had, with nothing in it; one that holds no other as it is."""
    root = re.search(rb"<([\w:]+)((?:\s+xmlns(?::\w+)?=\"[^\"]*\")*)[^>]*>", part)
    return part if root is None or len(re.findall(rb"<[\w:]+", part)) == 1 else b"<" + root[1] + root[2] + b"/>"


_PARTS: tuple[tuple[str, Callable[[bytes, bytes], bytes]], ...] = (
    (r"docProps/(?:core|app)\.xml|meta\.xml", _properties),
    (r"docProps/custom\.xml|customXml/item\d+\.xml", _emptied),
    (r"xl/workbook\.xml", _attributes(_FOLDER)),
    # LibreOffice makes of links within the workbook links to the file and its path.
    (r"xl/worksheets/_rels/[^/]+\.rels", _attributes(_LINK)),
)
