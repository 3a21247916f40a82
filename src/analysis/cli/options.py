"""What the commands share: common options, the data folder, and the printing of a table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """The format of a printed table."""

    table = "table"
    csv = "csv"


DataOption = Annotated[
    Path | None,
    typer.Option("--data", envvar="SAFEGUARDING_DATA", help="The folder that holds raw/ and processed/.", show_default="data"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="A table for people or CSV for programs.")]
DomainOption = Annotated[str | None, typer.Option("--domain", help="Only this domain.")]


def data_folder(option: Path | None) -> Path:
    """Return the data folder of the option, or the one found from the working directory; tables of one's own are those in it."""
    from analysis.catalogue import tables
    from analysis.store import raw_files

    folder = option if option is not None else raw_files.data_folder()
    tables.use(folder)
    return folder


def use_tables(option: Path | None) -> None:
    """Read tables with the rows of one's own in the data folder option, or in the one found; there need be none."""
    from analysis.catalogue import tables

    if option is not None:
        tables.use(option)


def print_frame(frame: object, form: Format) -> None:
    """Print a frame as a table or as CSV."""
    text = frame.to_csv(index=False, lineterminator="\n") if form is Format.csv else frame.to_string(index=False)  # type: ignore[attr-defined]
    typer.echo(text.rstrip("\n"))
