"""Every table in the files of a pack: of its pages, its CSV files and its workbook, as a reader opens them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import openpyxl


@dataclass(frozen=True)
class Table:
    """A table as it is printed: the file, what it is called, its headings and its rows of texts, the row's name first."""

    file: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(pack: Path) -> list[Table]:
    """Return the tables of all files of a pack."""
    pages = (each for page in sorted(pack.glob("*.html")) for each in _of_page(page))
    return [*pages, *_of_csv_files(pack / "data"), *_of_workbook(pack / "figures.xlsx")]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[list[str]]]] = []
        self.text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append(("", []))
        elif tag == "tr" and self.found:
            self.found[-1][1].append([])
        if tag in ("caption", "th", "td"):
            self.text = []

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("caption", "th", "td") or self.text is None or not self.found:
            return
        words, self.text = " ".join("".join(self.text).split()), None
        if tag == "caption":
            self.found[-1] = words, self.found[-1][1]
        elif self.found[-1][1]:
            self.found[-1][1][-1].append(words)


def _of_page(page: Path) -> Iterator[Table]:
    reader = _Page()
    reader.feed(page.read_text(encoding="utf-8"))
    for title, rows in reader.found:
        if len(rows) > 1:
            yield Table(page.name, title, tuple(rows[0]), tuple(map(tuple, rows[1:])))


def _of_csv_files(folder: Path) -> Iterator[Table]:
    for each in json.loads((folder / "metadata.json").read_text(encoding="utf-8"))["tables"]:
        with (folder / each["url"]).open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        yield Table(each["url"], each["dc:title"], tuple(header), tuple(map(tuple, rows)))


def _of_workbook(path: Path) -> Iterator[Table]:
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        wide = next((number for number, row in enumerate(rows) if sum(map(bool, row)) > 1), None)
        if wide is not None and wide > 0:
            yield Table(f"{path.name}: {sheet.title}", rows[0][0], tuple(rows[wide]), tuple(map(tuple, rows[wide + 1 :])))
