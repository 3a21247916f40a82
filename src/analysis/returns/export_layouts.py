"""The layout of an agency's own export: which of its columns or labels is which of our figures, as a table that is made once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from analysis import catalogue
from analysis.catalogue import framework, personal_data
from analysis.errors import DataError, SafeguardingError
from analysis.files import folders
from analysis.returns.guessing import guess, shape
from analysis.returns.sandbox import Sheet, read_files
from analysis.returns.sheets import CSV
from analysis.store import raw_files

HEADER = ("what", "theirs", "ours", "reason")
COLUMN, LABEL_ROW, NOT_GIVEN = KINDS = ("column", "label", "not given")
LABEL, VALUE, IGNORE = "label", "value", "ignore"


@dataclass(frozen=True)
class Layout:
    """What each column and each label of an export is: our reference, LABEL, VALUE or IGNORE.

    `absent` is {reference: why the export doesn't give it}. An export with a column of labels is long: a figure a row. One
    without is wide: a figure a column, and one row of them.
    """

    columns: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Whether the export has a figure a row."""
        return LABEL in self.columns.values()


def place(agency: str) -> str:
    """Return where the layout of an agency lies, below the folder of raw data."""
    return f"{raw_files.LAYOUTS}/{agency}.csv"


def make(data: Path, agency: str, period: str, export: Path) -> tuple[Path, int, int]:
    """Write the layout of an agency's export, with the best guesses; return (its file, what was guessed, what is still open).

    Raises SafeguardingError where there is a layout already, where the agency's return holds a list, and for a file that is no
    table of text or in which nothing looks like a figure that the agency is asked for.
    """
    check_figures_only(agency, period)
    target = data / "raw" / place(agency)
    if target.exists():
        raise SafeguardingError(f"There is a layout already, {place(agency)}: edit it, or delete it to make a new one.")
    grid = _grid(export)
    columns, labels = shape(grid)
    theirs = labels if LABEL in columns.values() else [name for name in columns if name]
    if kind := next(filter(None, map(personal_data.kind_of, theirs)), ""):
        raise SafeguardingError(f"A heading or label of {export.name} holds {kind}: send an export of figures without persons.")
    guessed = guess(theirs, framework.asked(agency, period))
    if not guessed:
        raise SafeguardingError(f"Nothing in {export.name} looks like a figure that {framework.title(agency)} is asked for.")
    rows = [(COLUMN, name, part or guessed.get(name, ""), "") for name, part in columns.items()]
    rows += [(LABEL_ROW, name, guessed.get(name, ""), "") for name in labels]
    left = [key for key in framework.asked(agency, period)["key"] if key not in guessed.values()]
    rows += [(NOT_GIVEN, "", key, "") for key in left]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    target.parent.mkdir(parents=True, exist_ok=True)
    folders.write_whole(target, ("\ufeff" + text.getvalue()).encode())  # the mark lets Excel read and save it as UTF-8
    return target, len(guessed), sum(not ours or what == NOT_GIVEN for what, _, ours, _ in rows)


def read(data: Path, agency: str) -> Layout:
    """Return the layout of an agency; raises DataError naming row and column for what is not filled in or can't be.

    Raises SafeguardingError where there is none.
    """
    path = data / "raw" / place(agency)
    if not path.is_file():
        raise SafeguardingError(
            f"{framework.title(agency)} has no layout: make it by `safeguarding returns template --from FILE`."
        )
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(raw_files.cells_of(path.read_bytes(), place(agency)), start=1)
        if row
    ]
    if tuple(rows[0][1]) != HEADER:
        raise DataError(place(agency), row=1, found=", ".join(rows[0][1]), expected=", ".join(HEADER))
    found = Layout()
    parts = {COLUMN: found.columns, LABEL_ROW: found.labels}
    used: set[str] = set()
    for number, row in rows[1:]:
        what, theirs, ours, reason = _checked(place(agency), number, row, used)
        if what == NOT_GIVEN:
            found.absent[ours] = reason
        elif theirs in parts[what]:
            raise DataError(place(agency), row=number, column=2, found=f"{theirs!r} a second time", expected="each once")
        else:
            parts[what][theirs] = ours
        used |= {ours} - {IGNORE}
    _check_shape(found, place(agency))
    return found


def check_figures_only(agency: str, period: str) -> None:
    """Raise SafeguardingError where an agency is asked for a list, or for nothing: an export gives figures alone."""
    asked = framework.asked(agency, period)
    if asked.empty:
        raise SafeguardingError(f"{framework.title(agency)} returns no figures for that quarter.")
    if (asked["form"] == "list").any():
        raise SafeguardingError(f"{framework.title(agency)} also sends a list of actions, which only the template holds.")


def _grid(export: Path) -> Sheet:
    if not export.is_file():
        raise SafeguardingError(f"There is no file {export.name!r} to make a layout from.")
    (book,) = read_files([export])
    if book.refused or [sheet.name for sheet in book.sheets] != [CSV] or not book.sheets[0].cells:
        raise SafeguardingError(f"{export.name}: {book.refused or 'a layout is made from a table of text: save it as CSV.'}")
    return book.sheets[0]


def _checked(name: str, number: int, row: list[str], used: set[str]) -> list[str]:
    if len(row) != len(HEADER):
        raise DataError(name, row=number, found=f"{len(row)} cells", expected=", ".join(HEADER))
    what, theirs, ours, reason = row
    if what not in KINDS:
        raise DataError(name, row=number, column=1, found=repr(what), expected=f"one of {', '.join(KINDS)}")
    if (what == NOT_GIVEN) == bool(theirs):
        found, expected = ("nothing", "a column or label of theirs") if not theirs else (repr(theirs), "nothing, or another kind")
        raise DataError(name, row=number, column=2, found=found, expected=expected)
    words = (IGNORE, LABEL, VALUE) if what == COLUMN else (IGNORE,) if what == LABEL_ROW else ()
    series = ours.partition(":")[0]
    if ours not in words and not (series in catalogue.series().index and "@" in ours):
        expected = f"the reference of a figure, such as contacts:all@E06000017{', or ' if words else ''}{', '.join(words)}"
        raise DataError(name, row=number, column=3, found=repr(ours) if ours else "nothing", expected=expected)
    if ours in used and ours != IGNORE:
        raise DataError(name, row=number, column=3, found=f"{ours!r} a second time", expected="each figure once")
    if not reason and (ours == IGNORE or what == NOT_GIVEN):
        raise DataError(name, row=number, column=4, found="nothing", expected="why it is left out")
    return row


def _check_shape(layout: Layout, name: str) -> None:
    parts = layout.columns.values()
    if (LABEL in parts) != (VALUE in parts) or (LABEL in parts) != bool(layout.labels):
        expected = "both with rows of labels, or neither for one row of figures"
        raise DataError(name, found=f"a column {LABEL} or a column {VALUE} alone, or without labels", expected=expected)
    if layout.is_long and any("@" in ours for ours in parts):
        raise DataError(name, found="figures in columns and in rows", expected="one of the two")
