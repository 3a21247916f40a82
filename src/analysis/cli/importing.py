"""The command `import`: takes published official statistics into the raw data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import DataOption, data_folder


def import_(
    source: Annotated[
        str, typer.Argument(help="dfe-cin, dfe-cla, dfe-csww, ons-population, census-2011, neighbours, nhs-sac or nhs-dols.")
    ],
    files: Annotated[list[Path], typer.Argument(help="The files as they were published.", metavar="FILE…")],
    release: Annotated[str, typer.Option(help="Its year or month, such as 2024 or 2025-05.", show_default="from the files")] = "",
    data: DataOption = None,
) -> None:
    """Take published official statistics into the raw data, and build the processed figures."""
    from analysis.clean.official.file_import import receive

    result = receive(data_folder(data), source, files, release)
    if not result.files:
        typer.echo("Nothing to do: these files are kept already.")
        return
    typer.echo(
        f"Imported {result.files} file{'s' * (result.files != 1)} as {source} {result.release}: {result.figures:,} figures from "
        f"{result.rows - result.left:,} of {result.rows:,} rows; {result.left:,} rows are left, each with its reason."
    )
    if result.differing:
        typer.echo(
            f"Warning: {result.differing:,} published totals, breakdowns or percentages, of {result.areas_differing:,} "
            f"area{'s' * (result.areas_differing != 1)}, are not what their parts give; the data quality report names them."
        )
