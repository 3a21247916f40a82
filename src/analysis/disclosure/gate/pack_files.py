"""Which files a pack may hold, and whether `data/metadata.json`, which describes its tables, says what its pages say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from analysis.catalogue import wording
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import front
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.seal import MANIFEST

METADATA, BOOK, NOTEBOOKS = "data/metadata.json", "figures.xlsx", "notebooks.zip"
_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}]
_TABLE = re.compile(r"data/([\w.-]+?)--[\w.-]+\.csv")
_NAME = re.compile(r"[a-z0-9_]{1,200}")
_PACK = {"@context", "dc:title", "null", "tables"}
_OPTIONAL = {"notes"}
_DESCRIBED = {"url", "dc:title", "dc:description", "dc:source", "tableSchema"}


def unknown(names: Collection[str], reports: Collection[str]) -> Iterator[Broken]:
    """Yield the files of a pack that have no place in it: whatever is not known is not looked through, and stays out.

    >>> [each.file for each in unknown(["children.html", "data/manifest.json"], ["children"])]
    ['data/manifest.json']
    """
    known = {MANIFEST, METADATA, BOOK, NOTEBOOKS, front.INDEX, *(f"{report}.html" for report in reports)}
    for name in sorted(set(names) - known):
        table = _TABLE.fullmatch(name)
        if table is None or table[1] not in reports:
            yield Broken("unknown-file", name, "a file that has no place in a pack")


def look(folder: Path, record: Any, shown: Sequence[Shown]) -> Iterator[Broken]:
    """Yield the tables that a pack's metadata describes otherwise than its pages and files do; `shown` has them in order."""
    try:
        tables = record["tables"]
        whole = set(record) == _PACK and record["@context"] == _CONTEXT and len(tables) == len(shown)
        if not (whole and set(record["null"]) <= {"", *wording.SYMBOLS.values()} and _is_titled(folder, record["dc:title"])):
            yield Broken("metadata-differs", METADATA, "what it says of the pack")
        for number, (table, exhibit) in enumerate(zip(tables, shown, strict=False), start=1):
            if not _is_described(folder, table, exhibit):
                yield Broken("metadata-differs", METADATA, f"table {number}")
        there = {path.name for path in (folder / METADATA).parent.glob("*.csv")}
        if sorted(table["url"] for table in tables) != sorted(there):
            yield Broken("metadata-differs", METADATA, "its list of files")
    except (AttributeError, KeyError, TypeError, ValueError, OSError, StopIteration):
        yield Broken("metadata-differs", METADATA, "a table of another form")


def _is_titled(folder: Path, title: str) -> bool:
    """Return whether a title is that of the index; a pack without one has any that holds no more than letters."""
    index = folder / front.INDEX
    if not index.is_file():
        return not any(map(str.isdigit, title))
    html = index.read_text(encoding="utf-8", errors="replace")
    pack, when = re.search(r"<h1>([^<]*)</h1>", html), re.search(r'<p class="period">([^<]*)', html)
    return bool(pack and when) and title == unescape(f"{pack[1]}, {when[1]}")  # type: ignore[index]


def _is_described(folder: Path, table: Mapping[str, Any], exhibit: Shown) -> bool:
    notes, columns = set(exhibit.notes), table["tableSchema"]["columns"]
    source = _words(table["dc:source"])
    path = folder / METADATA
    with (path.parent / table["url"]).open(encoding="utf-8-sig", newline="") as file:
        heading = next(csv.reader(io.StringIO(file.read(), newline="")))
    return bool(
        set(table) - _OPTIONAL == _DESCRIBED
        and "/" not in table["url"]
        and table["url"].endswith(f"--{exhibit.identity}.csv")
        and _words(table["dc:title"]) == exhibit.caption
        and _letters(table["dc:description"]) == _letters(f"{exhibit.headline}. {exhibit.subtitle}")
        and {source, f"Source: {source}"} & notes
        and set(map(_words, table.get("notes", []))) <= notes
        and set(table["tableSchema"]) == {"columns"}
        and [column["titles"] for column in columns] == heading
        and all(
            set(column) == {"name", "titles", "datatype"}
            and column["datatype"] in ("string", "integer", "decimal")
            and _NAME.fullmatch(column["name"])
            and column["name"].startswith(_base(column["titles"]))
            for column in columns
        )
    )


def _base(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_") or "column"


def _letters(text: str) -> str:
    """Return a text without its spaces, of which a page drops those at the end of a headline."""
    return "".join(text.split())


def _words(text: str) -> str:
    return " ".join(text.split())
