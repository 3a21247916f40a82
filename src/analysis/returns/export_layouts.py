"""The layout of an agency's own export: a table, made once, that says which of its columns or labels is which of our figures."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from analysis import catalogue
from analysis.catalogue import framework, personal_data
from analysis.errors import DataError, SafeguardingError
from analysis.files import folders
from analysis.files.csv_cells import cells_of
from analysis.returns.guessing import guess, shape
from analysis.returns.sandbox import Sheet, read_files
from analysis.returns.sheet_tables import CSV
from analysis.store import raw_files

HEADER = ("what", "theirs", "ours", "reason")
COLUMN, LABEL_ROW, NOT_GIVEN = KINDS = ("column", "label", "not given")
LABEL, VALUE, IGNORE = "label", "value", "ignore"


@dataclass(frozen=True)
class Layout:
    """What each column and label of an export is: the reference of our figure, LABEL, VALUE or IGNORE.

    `absent` is {reference: why the export doesn't give it}. A long export has a column of labels and one figure in each row. A
    wide one has no labels, a column for each figure, and one row of them.
    """

    columns: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Whether the export has one figure in each row."""
        return LABEL in self.columns.values()


def layout_path(agency: str) -> str:
    """Return the path of an agency's layout, relative to the folder of raw data."""
    return f"{raw_files.LAYOUTS}/{agency}.csv"


def make(data: Path, agency: str, period: str, export: Path) -> tuple[Path, int, int]:
    """Write the layout of an agency's export, with the best guesses; return (its file, how many were guessed, how many are open).

    Raises SafeguardingError where there is a layout already, where the agency's return holds a list, and for a file that is no
    table of text or in which nothing looks like a figure that the agency is asked for.
    """
    check_figures_only(agency, period)
    target = data / "raw" / layout_path(agency)
    if target.exists():
        raise SafeguardingError(f"There is a layout already, {layout_path(agency)}: edit it, or delete it to make a new one.")
    grid = _sheet_of_export(export)
    columns, labels = shape(grid)
    export_names = labels if LABEL in columns.values() else [name for name in columns if name]
    if kind := next(filter(None, map(personal_data.kind_of, export_names)), ""):
        raise SafeguardingError(f"A heading or label of {export.name} holds {kind}: send an export of figures without persons.")
    guesses = guess(export_names, framework.asked(agency, period))
    if not guesses:
        raise SafeguardingError(f"Nothing in {export.name} looks like a figure that {framework.title(agency)} is asked for.")
    rows = [(COLUMN, name, part or guesses.get(name, ""), "") for name, part in columns.items()]
    rows += [(LABEL_ROW, name, guesses.get(name, ""), "") for name in labels]
    not_guessed = [key for key in framework.asked(agency, period)["key"] if key not in guesses.values()]
    rows += [(NOT_GIVEN, "", key, "") for key in not_guessed]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    target.parent.mkdir(parents=True, exist_ok=True)
    folders.write_whole(target, ("\ufeff" + text.getvalue()).encode())  # the byte order mark lets Excel read and save it as UTF-8
    return target, len(guesses), sum(not reference or kind == NOT_GIVEN for kind, _, reference, _ in rows)


def read(data: Path, agency: str) -> Layout:
    """Return the layout of an agency; raises DataError with row and column for an entry that is empty or wrong.

    Raises SafeguardingError where there is no layout.
    """
    path = data / "raw" / layout_path(agency)
    if not path.is_file():
        raise SafeguardingError(
            f"{framework.title(agency)} has no layout: make it by `safeguarding returns template --from FILE`."
        )
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(cells_of(path.read_bytes(), layout_path(agency)), start=1)
        if row
    ]
    if tuple(rows[0][1]) != HEADER:
        raise DataError(layout_path(agency), row=1, found=", ".join(rows[0][1]), expected=", ".join(HEADER))
    layout = Layout()
    parts = {COLUMN: layout.columns, LABEL_ROW: layout.labels}
    used_references: set[str] = set()
    for number, row in rows[1:]:
        kind, export_name, reference, reason = _checked_row(layout_path(agency), number, row, used_references)
        if kind == NOT_GIVEN:
            layout.absent[reference] = reason
        elif export_name in parts[kind]:
            raise DataError(
                layout_path(agency), row=number, column=2, found=f"{export_name!r} a second time", expected="each once"
            )
        else:
            parts[kind][export_name] = reference
        used_references |= {reference} - {IGNORE}
    _check_shape(layout, layout_path(agency))
    return layout


def check_figures_only(agency: str, period: str) -> None:
    """Raise SafeguardingError for an agency that is asked for a list, or for nothing: an export holds only figures."""
    requested = framework.asked(agency, period)
    if requested.empty:
        raise SafeguardingError(f"{framework.title(agency)} returns no figures for that quarter.")
    if (requested["form"] == "list").any():
        raise SafeguardingError(f"{framework.title(agency)} also sends a list of actions, which only the template holds.")


def _sheet_of_export(export: Path) -> Sheet:
    if not export.is_file():
        raise SafeguardingError(f"There is no file {export.name!r} to make a layout from.")
    (book,) = read_files([export])
    if book.refused or [sheet.name for sheet in book.sheets] != [CSV] or not book.sheets[0].cells:
        raise SafeguardingError(f"{export.name}: {book.refused or 'a layout is made from a table of text: save it as CSV.'}")
    return book.sheets[0]


def _checked_row(name: str, number: int, row: list[str], used_references: set[str]) -> list[str]:
    if len(row) != len(HEADER):
        raise DataError(name, row=number, found=f"{len(row)} cells", expected=", ".join(HEADER))
    kind, export_name, reference, reason = row
    if kind not in KINDS:
        raise DataError(name, row=number, column=1, found=repr(kind), expected=f"one of {', '.join(KINDS)}")
    if (kind == NOT_GIVEN) == bool(export_name):
        found, expected = (
            ("nothing", "a column or label of theirs") if not export_name else (repr(export_name), "nothing, or another kind")
        )
        raise DataError(name, row=number, column=2, found=found, expected=expected)
    allowed_words = (IGNORE, LABEL, VALUE) if kind == COLUMN else (IGNORE,) if kind == LABEL_ROW else ()
    series = reference.partition(":")[0]
    if reference not in allowed_words and not (series in catalogue.series().index and "@" in reference):
        alternatives = f", or {', '.join(allowed_words)}" if allowed_words else ""
        expected = f"the reference of a figure, such as contacts:all@E06000017{alternatives}"
        raise DataError(name, row=number, column=3, found=repr(reference) if reference else "nothing", expected=expected)
    if reference in used_references and reference != IGNORE:
        raise DataError(name, row=number, column=3, found=f"{reference!r} a second time", expected="each figure once")
    if not reason and (reference == IGNORE or kind == NOT_GIVEN):
        raise DataError(name, row=number, column=4, found="nothing", expected="why it is left out")
    return row


def _check_shape(layout: Layout, name: str) -> None:
    parts = layout.columns.values()
    if (LABEL in parts) != (VALUE in parts) or (LABEL in parts) != bool(layout.labels):
        expected = "both with rows of labels, or neither for one row of figures"
        raise DataError(name, found=f"a column {LABEL} or a column {VALUE} alone, or without labels", expected=expected)
    if layout.is_long and any("@" in reference for reference in parts):
        raise DataError(name, found="figures in columns and in rows", expected="one of the two")
