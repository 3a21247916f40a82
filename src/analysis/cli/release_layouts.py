"""The commands `layouts copy` and `layouts check`, for the rows that say how a printed release is read."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import DataOption, data_folder

app = typer.Typer(help="The rows that say how next year's printed report is read.", no_args_is_help=True)
SourceArgument = Annotated[str, typer.Argument(help="Such as annual-report.")]


@app.command()
def copy(
    source: SourceArgument,
    old: Annotated[str, typer.Argument(help="The release whose rows are copied, such as 2012-13.", metavar="FROM")],
    new: Annotated[str, typer.Argument(help="The release that they are for, such as 2013-14.", metavar="TO")],
    data: DataOption = None,
) -> None:
    """Write the rows of a new release from those of an old one, with periods and years moved on."""
    from analysis.clean.printed import copying

    folder = data_folder(data)
    result = copying.copy(folder, source, old, new)
    written = ", ".join(f"{name}.csv ({count})" for name, count in result.rows.items())
    typer.echo(f"Wrote into {result.folder}: {written}.")
    typer.echo("Moved on:")
    for old_value, new_value in result.moved.items():
        typer.echo(f"  {old_value} → {new_value}")
    if result.rows["footnotes"]:
        typer.echo("Hold the footnotes against the new report: they were copied with their years moved on.")
    typer.echo("Corrections of the old report were not copied: each is of one printed error.")
    _print_check(copying.check(folder, source, new), source, new)


@app.command()
def check(
    source: SourceArgument,
    release: Annotated[str, typer.Argument(help="Such as 2013-14.")],
    data: DataOption = None,
) -> None:
    """Say of every row and cell of a release's files which no row accounts for, all at once."""
    from analysis.clean.printed import copying

    _print_check(copying.check(data_folder(data), source, release), source, release)


def _print_check(unmatched_by_file: dict[str, list[str]] | None, source: str, release: str) -> None:
    if unmatched_by_file is None:
        typer.echo(f"No file of the release lies under raw yet: put them into raw/{source}/{release} with their origin.toml.")
        return
    sentences = [sentence for unmatched in unmatched_by_file.values() for sentence in unmatched]
    files = sum(map(bool, unmatched_by_file.values()))
    if sentences:
        typer.echo(f"Not matched yet: {len(sentences)} in {files} of {len(unmatched_by_file)} files.")
        for sentence in sentences:
            typer.echo(f"  {sentence}")
    else:
        typer.echo(f"All rows of the {len(unmatched_by_file)} files match: run `safeguarding clean`.")
