"""The ledger of statements, one row for each checkable assertion: those of the reports, or an analyst's own from a file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.clean.printed.statements import FILE, HEADER
from analysis.errors import DataError
from analysis.files import plain_text
from analysis.files.csv_cells import cells_of
from analysis.store import Store

# In a draft a proposed row has an empty cell here until a person has confirmed it.
CONFIRMED = "confirmed"
YES, NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")
COLUMNS = (*HEADER, "source")
_MAX_BYTES = 5_000_000
# How a workbook and UTF-16 begin, which have refusals of their own.
_ENCODED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")


def decision(row: dict[str, str]) -> bool | None:
    """Return what an analyst has written under `confirmed`: True for yes, False for no, None for neither.

    >>> decision({"confirmed": "Yes "}), decision({"confirmed": "no"}), decision({"confirmed": ""})
    (True, False, None)
    """
    word = row[CONFIRMED].strip().casefold()
    return True if word in YES else False if word in NO else None


def printed_statements(store: Store) -> pd.DataFrame:
    """Return the statements of every release, in COLUMNS, all text; `source` is the cell of what is stated."""
    cells = store.cells[store.cells["source"].str.contains(f"/{FILE}#", regex=False)]
    place = cells["source"].str.extract(r"^(?P<file>.*)#cell=(?P<row>\d+),(?P<column>\d+)$")
    wide = place.assign(text=cells["text"], row=place["row"].astype(int), column=place["column"].astype(int))
    wide = wide.pivot_table(index=["file", "row"], columns="column", values="text", aggfunc="first").reset_index()
    wide = wide[wide["row"] > 1]
    names = wide.rename(columns=dict(enumerate(HEADER, start=1)))
    source = names["file"] + "#cell=" + names["row"].astype(str) + f",{HEADER.index('stated') + 1}"
    return names.assign(source=source)[list(COLUMNS)].reset_index(drop=True)


def read_draft(path: Path) -> pd.DataFrame:
    """Return an analyst's own statements in COLUMNS and `confirmed`; the file is a CSV with the header of `claims.csv`.

    The column `confirmed` may be left out: then every row counts as confirmed. Raises DataError naming file, row and column for
    a file that isn't one, a row of another length or an id that occurs twice.
    """
    name = path.name
    if not path.is_file():
        raise DataError(name, found="no such file", expected="a CSV of statements")
    if path.stat().st_size > _MAX_BYTES:
        raise DataError(name, found=f"{path.stat().st_size:,} bytes", expected=f"at most {_MAX_BYTES:,}")
    content = path.read_bytes()
    # Excel saves a plain CSV in Windows-1252. What is no text at all is refused in the words of any other CSV.
    readable = content if content.startswith(_ENCODED) or b"\0" in content else plain_text.decoded(content, name).encode()
    header, *rows = cells_of(readable, name)
    expected = (*HEADER, CONFIRMED)
    if tuple(header) not in (HEADER, expected):
        raise DataError(name, row=1, found=",".join(header) or "an empty row", expected=",".join(HEADER))
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DataError(name, row=number, found=f"{len(row)} cells", expected=f"{len(header)}, as in the header")
    frame = pd.DataFrame(rows, columns=header, dtype=str)
    repeated_ids = frame["id"].duplicated()
    if repeated_ids.any():
        position = int(repeated_ids.idxmax())
        raise DataError(name, row=position + 2, column="id", found=f"{frame['id'][position]!r} once more", expected="a new id")
    sources = [f"{name}#cell={row},{HEADER.index('stated') + 1}" for row in range(2, len(frame) + 2)]
    confirmed = frame.get(CONFIRMED, pd.Series("yes", index=frame.index))
    return frame.assign(source=sources, confirmed=confirmed)[[*COLUMNS, CONFIRMED]]
