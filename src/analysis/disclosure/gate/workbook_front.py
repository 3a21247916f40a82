"""The sheets of a workbook that hold no table of a page: its cover, its contents and its notes say what they always say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from defusedxml.ElementTree import fromstring

from analysis.catalogue import tables
from analysis.disclosure import policy
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.workbook_parts import Rows

SHEETS = ("Cover", "Contents", "Notes")
_RULE = "figure-in-file"
_PLACE = "the sheet {}"
COVER = _PLACE.format(SHEETS[0])
_COVER = (
    re.compile(r"\d+ tables, each on a sheet of its own\. The sheet Contents lists them, the sheet Notes explains the symbols\."),
    re.compile(r"These are the figures of the pages of the pack, and no others\."),
    re.compile(r"Made by safeguarding-analysis, version [\w.+-]{1,60}\."),
)
_CONTENTS = [["Contents"], ["What each sheet holds, and the page that it stands on."], ["Sheet", "Table", "Page"]]
_NOTES = [["Symbols"], ["What stands where there is no figure, and the marks beside figures."], ["Symbol", "Meaning"]]
_MOST_NOTES = 12
_DIGIT = re.compile(r"\d")
_SYMBOL = re.compile(r"\[[a-z]\]|0")


def look(file: str, fronts: Mapping[str, Rows], captions: Sequence[str], properties: bytes) -> Iterator[Broken]:
    """Yield which of the sheets says something of its own; `captions` are those of the tables in their order.

    >>> [each.place for each in look("a.xlsx", {"Cover": [["3 children"]]}, [], b"<a/>")]
    ['the sheet Cover', 'the sheet Contents', 'the sheet Notes']
    """
    holds = {
        "Cover": _is_cover(fronts.get("Cover", []), len(captions), properties),
        "Contents": _is_contents(fronts.get("Contents", []), captions),
        "Notes": _is_notes(fronts.get("Notes", [])),
    }
    yield from (Broken(_RULE, file, _PLACE.format(name)) for name, held in holds.items() if not held)


def _is_cover(rows: Rows, count: int, properties: bytes) -> bool:
    if [len(row) for row in rows] != [1] * (3 + len(_COVER)):
        return False
    title, period, audience, *lines = (str(row[0]) for row in rows)
    banners = {"{}. {}".format(*policy.banner(each)) for each in tables.read("audiences")["id"]}
    named = [each.text for each in fromstring(properties).iter() if each.tag.endswith("}title")]
    said = all(form.fullmatch(line) for form, line in zip(_COVER, lines, strict=True))
    return said and audience in banners and lines[0].startswith(f"{count} tables") and named == [f"{title}, {period}"]


def _is_contents(rows: Rows, captions: Sequence[str]) -> bool:
    listed = [[f"Table {number}", caption] for number, caption in enumerate(captions, start=1)]
    pages = {str(row[-1]) for row in rows[len(_CONTENTS) :]}
    in_order = [[str(cell) for cell in row[:2]] for row in rows[len(_CONTENTS) :]] == listed
    return (
        rows[: len(_CONTENTS)] == _CONTENTS
        and in_order
        and not any(len(row) != 3 for row in rows[len(_CONTENTS) :])
        and (len(pages) <= len(captions))
    )


def _is_notes(rows: Rows) -> bool:
    symbols = rows[len(_NOTES) :]
    plain = all(len(row) == 2 and _SYMBOL.fullmatch(str(row[0])) and not _DIGIT.search(str(row[1])) for row in symbols)
    return rows[: len(_NOTES)] == _NOTES and plain and len(symbols) <= _MOST_NOTES
