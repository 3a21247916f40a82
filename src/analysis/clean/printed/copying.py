"""Make the layout rows of a new release from those of an old one, with its years shifted: an analyst edits only what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.catalogue import periods, tables
from analysis.clean.printed.layout import problems
from analysis.clean.printed.release_rows import FOLDER, TABLES, Row, columns, folder_of, packaged, read
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.clean.printed.unmatched import csv_line
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.files import folders
from analysis.store import raw_files

# The columns with printed text or periods; the others hold names of files, series, categories and areas.
_COLUMNS_WITH_YEARS = {"layouts": ("block", "label", "columns"), "noise": ("block", "text"), "footnotes": ("text",)}
_SPAN = re.compile(r"(?<!\d)(\d{4})( ?[-/–] ?)(\d{4}|\d{2})(?!\d)")
_SHORT = re.compile(r"(?<![\d.,£-])(\d{2})([-/–])(\d{2})(?![\d.,%-])")
# A single year is shifted if it is one of the release's own; an Act or a census keeps its year.
_SINGLE = re.compile(r"(?<!\d)(?<!Act )(?<!Census )(?<!Regulations )(\d{4})(?!\d)(?! Census)")

_MAX_DISTANCE = 10  # years between a release and a year written with two digits


@dataclass(frozen=True)
class Copied:
    """What `copy` wrote: the folder, the number of rows of each table, and {old text: text with its years shifted}."""

    folder: Path
    rows: dict[str, int]
    moved: dict[str, str]


def copy(data: Path, source: str, old: str, new: str) -> Copied:
    """Write the rows of release `new` into the data folder: those of release `old` with their periods shifted.

    Raises UnknownNameError for a source or a release without rows and for releases that are not financial years, and
    SafeguardingError where there are rows of the new release already.
    """
    known = releases(data)
    if source not in {each for each, _ in known}:
        names = ", ".join(sorted({each for each, _ in known}))
        raise UnknownNameError(f"No source {source!r} has rows in layouts.csv: those that have are {names}.")
    if (source, old) not in known:
        names = ", ".join(sorted(release for each, release in known if each == source))
        raise UnknownNameError(f"No release {old!r} of {source} has rows in layouts.csv: there is {names}.")
    target = folder_of(data, source, new)
    if (source, new) in known or target is None or target.exists():
        raise SafeguardingError(f"There are rows of {source} {new} already: edit those in {FOLDER}/{source}/{new}.")
    years = _first_year(new) - _first_year(old)
    shifted_texts: dict[str, str] = {}
    row_counts: dict[str, int] = {}
    old_folder = folder_of(data, source, old)
    with folders.replacing(target) as folder:
        for table in TABLES:
            rows = [*packaged(table, source, old), *(read(old_folder, table) if old_folder else [])]
            shifted_rows = [_shifted_row(table, row, years, old, shifted_texts) for row in rows]
            text = "\n".join([",".join(columns(table)), *(csv_line(table, row) for row in shifted_rows)]) + "\n"
            # Excel recognises UTF-8 by the mark at the start; without it dashes would become other letters.
            (folder / f"{table}.csv").write_text(text, encoding="utf-8-sig", newline="")
            row_counts[table] = len(shifted_rows)
    return Copied(target, row_counts, shifted_texts)


def releases(data: Path) -> set[tuple[str, str]]:
    """Return every (source, release) that has rows: the package's, and those in the data folder."""
    packaged_releases = tables.read("layouts")[["source", "release"]].drop_duplicates().itertuples(index=False, name=None)
    return {*packaged_releases, *((path.parts[-3], path.parts[-2]) for path in (data / FOLDER).glob("*/*/layouts.csv"))}


def check(data: Path, source: str, release: str) -> dict[str, list[str]] | None:
    """Return {file: [a sentence for each row or cell that can't be read]} of a release; None if it has no files yet."""
    delivered = next((each for each in raw_files.releases(data) if (each.source, each.release) == (source, release)), None)
    if delivered is None:
        return None
    return {
        file: problems(delivered, file) for file in sorted(delivered.checksums) if file.endswith(".csv") and file != STATEMENTS
    }


def shift_years(text: str, years: int, release: str) -> str:
    """Return a printed text or a period with its years shifted: "2012/13", "2012 -2013", "Q4 12-13", "31 March 2013".

    A single year is shifted if it is one of the years of `release`.
    """
    years_of_release = {_first_year(release), _first_year(release) + 1}

    def span(match: re.Match[str]) -> str:
        first, between, last = match[1], match[2], match[3]
        if (int(first) + 1) % 10 ** len(last) != int(last):
            return match[0]  # a date, or two numbers that are not a financial year
        return f"{int(first) + years}{between}{(int(last) + years) % 10 ** len(last):0{len(last)}}"

    def short(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[3])
        if last != (first + 1) % 100 or abs(first - _first_year(release) % 100) > _MAX_DISTANCE:
            return match[0]  # ages, or a year too far from the release to be meant
        return f"{(first + years) % 100:02}{match[2]}{(last + years) % 100:02}"

    def single(match: re.Match[str]) -> str:
        return str(int(match[1]) + years) if int(match[1]) in years_of_release else match[0]

    spans = [(found.start(), found.end()) for found in _SPAN.finditer(text) if span(found) != found[0]]
    parts, position = [], 0
    for start, end in [*spans, (len(text), len(text))]:
        between = text[position:start]
        parts += [_SINGLE.sub(single, _SHORT.sub(short, between)), _SPAN.sub(span, text[start:end])]
        position = end
    return "".join(parts)


def _shifted_row(table: str, row: Row, years: int, release: str, shifted_texts: dict[str, str]) -> Row:
    shifted = row | {column: shift_years(row[column], years, release) for column in _COLUMNS_WITH_YEARS[table]}
    shifted_texts |= {row[column]: shifted[column] for column in _COLUMNS_WITH_YEARS[table] if row[column] != shifted[column]}
    return shifted


def _first_year(release: str) -> int:
    year = periods.parse(release)
    if periods.kind(year) != "year":
        raise UnknownNameError(f"{release!r} is no financial year, by which rows are moved on: write it as 2013-14.")
    return int(year[:4])
