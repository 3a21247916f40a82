"""Layouts: `copy` and `check` of the rows that say how a printed release is read."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import Data, data_folder

app = typer.Typer(help="The rows that say how next year's printed report is read.", no_args_is_help=True)
Source = Annotated[str, typer.Argument(help="Such as annual-report.")]


@app.command()
def copy(
    source: Source,
    old: Annotated[str, typer.Argument(help="The release whose rows are copied, such as 2012-13.", metavar="FROM")],
    new: Annotated[str, typer.Argument(help="The release that they are for, such as 2013-14.", metavar="TO")],
    data: Data = None,
) -> None:
    """Write the rows of a new release from those of an old one, with periods and years moved on."""
    from analysis.clean.printed import copying

    folder = data_folder(data)
    done = copying.copy(folder, source, old, new)
    written = ", ".join(f"{name}.csv ({count})" for name, count in done.rows.items())
    typer.echo(f"Wrote into {done.folder}: {written}.")
    typer.echo("Moved on:")
    for was, now in done.moved.items():
        typer.echo(f"  {was} → {now}")
    if done.rows["footnotes"]:
        typer.echo("Hold the footnotes against the new report: they were copied with their years moved on.")
    typer.echo("Corrections of the old report were not copied: each is of one printed error.")
    _say_check(copying.check(folder, source, new), source, new)


@app.command()
def check(
    source: Source,
    release: Annotated[str, typer.Argument(help="Such as 2013-14.")],
    data: Data = None,
) -> None:
    """Say of every row and cell of a release's files which no row accounts for, all at once."""
    from analysis.clean.printed import copying

    _say_check(copying.check(data_folder(data), source, release), source, release)


def _say_check(found: dict[str, list[str]] | None, source: str, release: str) -> None:
    if found is None:
        typer.echo(f"No file of the release lies under raw yet: put them into raw/{source}/{release} with their origin.toml.")
        return
    sentences = [sentence for each in found.values() for sentence in each]
    files = sum(map(bool, found.values()))
    if sentences:
        typer.echo(f"Not matched yet: {len(sentences)} in {files} of {len(found)} files.")
        for sentence in sentences:
            typer.echo(f"  {sentence}")
    else:
        typer.echo(f"All rows of the {len(found)} files match: run `safeguarding clean`.")
