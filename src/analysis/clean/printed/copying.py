"""The rows of a release made from those of another: periods and years moved on, so that an analyst edits only what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.catalogue import periods, tables
from analysis.clean.printed.layout import problems
from analysis.clean.printed.release_rows import COLUMNS, FOLDER, Row, folder_of, packaged, read
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.clean.printed.unmatched import line
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.files import folders
from analysis.store import raw_files

# What of a row is printed, or says when: the rest are names of files, series, categories and areas.
_MOVED = {"layouts": ("block", "label", "columns"), "noise": ("block", "text"), "footnotes": ("text",)}
_SPAN = re.compile(r"(?<!\d)(\d{4})( ?[-/–] ?)(\d{4}|\d{2})(?!\d)")
_SHORT = re.compile(r"(?<![\d.,£-])(\d{2})([-/–])(\d{2})(?![\d.,%-])")
# A year by itself is moved on where it is one of the release's own; a law or a census keeps its year.
_LONE = re.compile(r"(?<!\d)(?<!Act )(?<!Census )(?<!Regulations )(\d{4})(?!\d)(?! Census)")

_NEAR = 10  # years between a release and a year that it names with two figures


@dataclass(frozen=True)
class Copied:
    """What was written: the folder, the number of rows of each table, and each text that was moved on with what it became."""

    folder: Path
    rows: dict[str, int]
    moved: dict[str, str]


def copy(data: Path, source: str, old: str, new: str) -> Copied:
    """Write the rows of release `new` into the data folder, from those of release `old` with its periods moved on.

    Raises UnknownNameError for a source or a release without rows and for releases that are no financial years, and
    SafeguardingError where there are rows of the new release already.
    """
    known = releases(data)
    if source not in {each for each, _ in known}:
        named = ", ".join(sorted({each for each, _ in known}))
        raise UnknownNameError(f"No source {source!r} has rows in layouts.csv: those that have are {named}.")
    if (source, old) not in known:
        named = ", ".join(sorted(release for each, release in known if each == source))
        raise UnknownNameError(f"No release {old!r} of {source} has rows in layouts.csv: there is {named}.")
    target = folder_of(data, source, new)
    if (source, new) in known or target is None or target.exists():
        raise SafeguardingError(f"There are rows of {source} {new} already: edit those in {FOLDER}/{source}/{new}.")
    years = _start(new) - _start(old)
    moved: dict[str, str] = {}
    counted: dict[str, int] = {}
    before = folder_of(data, source, old)
    with folders.replacing(target) as folder:
        for table, columns in COLUMNS.items():
            rows = [*packaged(table, source, old), *(read(before, table) if before else [])]
            after = [_moved(table, row, years, old, moved) for row in rows]
            text = "\n".join([",".join(columns), *(line(table, row) for row in after)]) + "\n"
            # With a mark by which Excel knows UTF-8: it would take dashes for other letters.
            (folder / f"{table}.csv").write_text(text, encoding="utf-8-sig", newline="")
            counted[table] = len(after)
    return Copied(target, counted, moved)


def releases(data: Path) -> set[tuple[str, str]]:
    """Return every (source, release) that has rows: the package's, and those in the data folder."""
    shipped = tables.read("layouts")[["source", "release"]].drop_duplicates().itertuples(index=False, name=None)
    return {*shipped, *((path.parts[-3], path.parts[-2]) for path in (data / FOLDER).glob("*/*/layouts.csv"))}


def check(data: Path, source: str, release: str) -> dict[str, list[str]] | None:
    """Return {file: a sentence for each row and cell that no row accounts for} of a release; None where it has no files yet."""
    found = next((each for each in raw_files.releases(data) if (each.source, each.release) == (source, release)), None)
    if found is None:
        return None
    return {file: problems(found, file) for file in sorted(found.checksums) if file.endswith(".csv") and file != STATEMENTS}


def move(text: str, years: int, release: str) -> str:
    """Return a printed text or a period with its years moved on: "2012/13", "2012 -2013", "Q4 12-13", "31 March 2013".

    A year that stands alone is moved on where it is one of the years of `release`.
    """
    own = {_start(release), _start(release) + 1}

    def span(match: re.Match[str]) -> str:
        first, between, last = match[1], match[2], match[3]
        if (int(first) + 1) % 10 ** len(last) != int(last):
            return match[0]  # a date, or two numbers that are no financial year
        return f"{int(first) + years}{between}{(int(last) + years) % 10 ** len(last):0{len(last)}}"

    def short(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[3])
        if last != (first + 1) % 100 or abs(first - _start(release) % 100) > _NEAR:
            return match[0]  # ages, or a year that this report would hardly speak of
        return f"{(first + years) % 100:02}{match[2]}{(last + years) % 100:02}"

    def lone(match: re.Match[str]) -> str:
        return str(int(match[1]) + years) if int(match[1]) in own else match[0]

    spans = [(found.start(), found.end()) for found in _SPAN.finditer(text) if span(found) != found[0]]
    parts, at = [], 0
    for start, end in [*spans, (len(text), len(text))]:
        between = text[at:start]
        parts += [_LONE.sub(lone, _SHORT.sub(short, between)), _SPAN.sub(span, text[start:end])]
        at = end
    return "".join(parts)


def _moved(table: str, row: Row, years: int, release: str, moved: dict[str, str]) -> Row:
    new = row | {column: move(row[column], years, release) for column in _MOVED[table]}
    moved |= {row[column]: new[column] for column in _MOVED[table] if row[column] != new[column]}
    return new


def _start(release: str) -> int:
    year = periods.parse(release)
    if periods.kind(year) != "year":
        raise UnknownNameError(f"{release!r} is no financial year, by which rows are moved on: write it as 2013-14.")
    return int(year[:4])
