"""The command `safeguarding`. Exit status: 0 done, 1 failed (the last pack untouched), 2 wrong usage."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# The analyses are imported inside each command: `safeguarding --help` has no need of pandas.

app = typer.Typer(
    name="safeguarding",
    help="Clean safeguarding figures and make the quarterly pack of reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Audience(StrEnum):
    """Whom a pack is for."""

    seg = "seg"
    public = "public"
    internal = "internal"


class Format(StrEnum):
    """How a listing is printed."""

    table = "table"
    csv = "csv"


Data = Annotated[
    Path | None,
    typer.Option("--data", envvar="SAFEGUARDING_DATA", help="The folder that holds raw/ and processed/.", show_default="data"),
]
As = Annotated[Format, typer.Option("--format", help="A table for people or CSV for programs.")]
Domain = Annotated[str | None, typer.Option("--domain", help="Only this domain.")]


@app.command()
def clean(data: Data = None) -> None:
    """Build the processed figures from the raw ones."""
    from analysis.clean import clean as build

    folder = _data(data)
    done = build(folder)
    typer.echo("Cleaned the raw figures." if done else "Nothing to do: the processed figures are up to date.")


@app.command()
def run(
    period: Annotated[str | None, typer.Option(help="Such as 2012-13-Q4; the latest quarter held when not given.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="An area's name or code, instead of those in pack.toml.")] = None,
    audience: Annotated[Audience, typer.Option(help="Whom the pack is for.")] = Audience.seg,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many reports to make side by side.", show_default="cores")] = None,
    out: Annotated[Path, typer.Option(help="The folder of packs.")] = Path("reports"),
    data: Data = None,
) -> None:
    """Make the pack of a period: one HTML page a report, and index.html."""
    from analysis import periods
    from analysis.pack.publish import publish

    index = publish(
        _data(data),
        out,
        period=periods.parse(period) if period else None,
        audience=audience.value,
        areas_given=area or (),
        jobs=jobs or os.cpu_count() or 1,
        progress=sys.stderr.isatty(),
        say=typer.echo,
    )
    typer.echo(f"The pack is ready: {index}")


@app.command()
def indicators(domain: Domain = None, form: As = Format.table) -> None:
    """List the indicators that are known."""
    from analysis import catalogue

    known = catalogue.indicators().reset_index()
    if domain is not None:
        known = known[known["domain"] == catalogue.check_known(domain, catalogue.domains(), "domain")]
    _print(known[["id", "title", "domain", "kind", "unit", "ni_code"]], form)


@app.command()
def areas(form: As = Format.table) -> None:
    """List the areas that are known."""
    from analysis import tables

    _print(tables.read("areas"), form)


def main() -> None:
    """Run the command; every error meant for people is one sentence on standard error, and exit status 1 or 2."""
    from analysis.errors import SafeguardingError, UnknownNameError

    try:
        app(prog_name="safeguarding")
    except UnknownNameError as error:  # a period, an area or a domain that was asked for and isn't known
        _fail(str(error), 2)
    except SafeguardingError as error:
        _fail(str(error), 1)
    except OSError as error:  # a folder that can't be written, a disk that is full
        _fail(f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.", 1)


def _fail(sentence: str, status: int) -> None:
    typer.echo(f"Error: {sentence}", err=True)
    sys.exit(status)


def _data(given: Path | None) -> Path:
    from analysis.raw import data_folder

    return given if given is not None else data_folder()


def _print(frame: object, form: Format) -> None:
    text = frame.to_csv(index=False) if form is Format.csv else frame.to_string(index=False)  # type: ignore[attr-defined]
    typer.echo(text.rstrip("\n"))
