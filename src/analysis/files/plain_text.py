"""Text as people save it: UTF-8, or Windows-1252 as Excel and Word write it where nobody asks them for UTF-8."""

from __future__ import annotations

import re

from analysis.errors import DataError

# The bytes of Windows-1252 that English text has beyond ASCII: € … ‘ ’ “ ” • – — £ § ° ½ é and the like. Others are chance.
_LIKELY = re.compile(rb"[\x80\x85\x91-\x97\xa0\xa3\xa7\xb0-\xb3\xb7\xbc-\xbe\xe0-\xeb\xf1-\xf6]")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file's bytes; raises DataError naming it and the row for what is neither of the two encodings.

    >>> decoded(b"\\xa361,193 \\x96 the reserve", "draft.csv")
    '£61,193 – the reserve'
    """
    if control := _CONTROL.search(content):
        row = content[: control.start()].count(b"\n") + 1
        raise DataError(name, row=row, found=f"the byte 0x{control[0][0]:02x}", expected="text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        beyond = re.findall(rb"[\x80-\xff]", content)
        if all(_LIKELY.fullmatch(byte) for byte in beyond):
            return content.decode("cp1252")
        row = content[: error.start].count(b"\n") + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise DataError(
            name, row=row, found=found, expected="text in UTF-8: save it as “CSV UTF-8” or as text in UTF-8"
        ) from None
