"""Making: `clean` and `run`."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import Data, data_folder


class Audience(StrEnum):
    """Whom a pack is for."""

    seg = "seg"
    public = "public"
    internal = "internal"


def clean(data: Data = None) -> None:
    """Build the processed figures from the raw ones."""
    from analysis.clean import clean as build

    folder = data_folder(data)
    done = build(folder)
    typer.echo("Cleaned the raw figures." if done else "Nothing to do: the processed figures are up to date.")


def run(
    period: Annotated[str | None, typer.Option(help="Such as 2012-13-Q4; the latest quarter held when not given.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="An area's name or code, instead of those in pack.toml.")] = None,
    audience: Annotated[Audience, typer.Option(help="Whom the pack is for.")] = Audience.seg,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many reports to make side by side.", show_default="cores")] = None,
    out: Annotated[Path, typer.Option(help="The folder of packs.")] = Path("reports"),
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--force", help="Take over what was made before and still holds, of a run that was killed too, or not."
        ),
    ] = True,
    keep: Annotated[int, typer.Option(min=1, help="How many packs before this one to keep, in .earlier.")] = 2,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one report may take.")] = 600,
    data: Data = None,
) -> None:
    """Make the pack of a period: one HTML page a report, and index.html."""
    from analysis import periods
    from analysis.pack.publish import publish

    index = publish(
        data_folder(data),
        out,
        period=periods.parse(period) if period else None,
        audience=audience.value,
        areas_given=area or (),
        jobs=jobs or os.cpu_count() or 1,
        progress=sys.stderr.isatty(),
        resume=resume,
        keep=keep,
        timeout=timeout,
        say=print,
    )
    typer.echo(f"The pack is ready: {index}")
