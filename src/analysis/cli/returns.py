"""Returns: `template`, `receive` and `status` of agencies' quarterly figures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import As, Data, Format, data_folder, print_frame

app = typer.Typer(
    help="Agencies' quarterly returns: make templates, receive what comes back, see who has sent.", no_args_is_help=True
)
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day that counts.", show_default="today")]


@app.command()
def template(
    agency: Annotated[str, typer.Option(help="An agency's id, such as leicestershire-children.")],
    period: Annotated[str, typer.Option(help="A quarter, such as 2013-14-Q1.")],
    out: Annotated[Path, typer.Option(help="The file to write: .xlsx, or .csv.")],
    data: Data = None,
) -> None:
    """Make the workbook that an agency fills in for a quarter."""
    from analysis import periods
    from analysis.returns.issuing import issue

    issue(data_folder(data), agency, periods.parse(period), out)
    typer.echo(f"The template is ready: {out}")


@app.command()
def receive(
    files: Annotated[list[Path], typer.Argument(help="The workbooks that came back.")],
    on: On = None,
    data: Data = None,
) -> None:
    """Check returns, and keep them if nothing is wrong with any of them."""
    from analysis.returns.receiving import receive as receive_files

    outcomes = receive_files(data_folder(data), files, (on or datetime.now()).date())
    for outcome in outcomes:
        typer.echo(outcome.line())
        for remark in outcome.remarks:
            typer.echo(f"  {remark.sentence()}")
    if any(outcome.state == "refused" for outcome in outcomes):
        for outcome in outcomes:
            if outcome.page is not None:
                typer.echo(f"The remarks for the agency: {outcome.page}", err=True)
        typer.echo("Error: Nothing was kept, because a return was refused; the others can be received without it.", err=True)
        raise typer.Exit(1)


@app.command()
def status(
    period: Annotated[str | None, typer.Option(help="A quarter; the latest with a return when not given.")] = None,
    on: On = None,
    form: As = Format.table,
    data: Data = None,
) -> None:
    """Show who has sent a return, who is late, and what was refused."""
    from analysis import clean, periods, store
    from analysis.punctuality import status as of

    folder = data_folder(data)
    clean.clean(folder)
    held = store.load(folder)
    day = (on or datetime.now()).date()
    print_frame(of(held.receipts, held.observations, periods.parse(period) if period else None, day), form)
