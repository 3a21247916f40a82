"""The tables of a pack as CSV files with a metadata file beside them: Metadata Vocabulary for Tabular Data (CSVW), W3C 2015."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.pack.downloads.page_tables import SYMBOLS, Column, PageTable, as_data

# In a column of text a spreadsheet would run what begins like this, unless it is a number and nothing else.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[\d.,]+%?")
FOLDER, METADATA = "data", "metadata.json"


def write(folder: Path, title: str, tables: Iterable[PageTable]) -> None:
    """Write `data/<page>--<exhibit>.csv` for every table and `data/metadata.json`, which says what each column is."""
    target = folder / FOLDER
    target.mkdir()
    described = list[str]()
    for table in tables:
        columns = as_data(table)
        (target / f"{table.name}.csv").write_bytes(_csv(columns).encode())
        # A line a table: indented, half of it would be spaces.
        described.append(json.dumps(_described(table, columns), ensure_ascii=False, separators=(",", ":")))
    # No address stands in the file but the vocabulary's own name, by which a CSVW reader knows it.
    # What stands for no figure is the same in every column, and said once: columns inherit `null` from the group of tables.
    metadata = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}], "dc:title": title, "null": ["", *SYMBOLS]}
    head = json.dumps(metadata, ensure_ascii=False).removesuffix("}")
    lines = ",\n".join(described)
    (target / METADATA).write_text(f'{head}, "tables": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def _csv(columns: list[Column]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    writer.writerows(zip(*([_text(cell, column) for cell in column.cells] for column in columns), strict=True))
    return buffer.getvalue()


def _text(cell: float | int | str | None, column: Column) -> str:
    if cell is None or isinstance(cell, str):
        text = cell or ""
        return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
    return f"{cell:.{column.decimals}f}"


def _described(table: PageTable, columns: list[Column]) -> dict[str, Any]:
    names: list[str] = []
    for column in columns:
        base = re.sub(r"[^a-z0-9]+", "_", column.heading.lower()).strip("_") or "column"
        names.append(base if base not in names else f"{base}_{len(names) + 1}")
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.caption,
        "dc:description": f"{table.headline}. {table.subtitle}",
        "dc:source": table.source,
        **({"notes": list(table.footnotes)} if table.footnotes else {}),
        "tableSchema": {
            "columns": [
                {"name": name, "titles": column.heading, "datatype": _datatype(column)}
                for name, column in zip(names, columns, strict=True)
            ]
        },
    }


def _datatype(column: Column) -> str:
    return "string" if not column.numeric else "decimal" if column.decimals else "integer"
