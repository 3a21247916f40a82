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
    """Return the data folder of the option, or the one found from the working directory."""
    from analysis.store import raw_files

    return option if option is not None else raw_files.data_folder()


def print_frame(frame: object, form: Format) -> None:
    """Print a frame as a table or as CSV."""
    text = frame.to_csv(index=False, lineterminator="\n") if form is Format.csv else frame.to_string(index=False)  # type: ignore[attr-defined]
    typer.echo(text.rstrip("\n"))
