"""The commands `returns template`, `receive`, `status`, `withdraw` and `forget`, for the quarterly figures of agencies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import DataOption, Format, FormatOption, data_folder, print_frame

app = typer.Typer(
    help="Agencies' quarterly returns: make templates, receive what comes back, see who has sent.", no_args_is_help=True
)
DayOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day that counts.", show_default="today")
]
AgencyOption = Annotated[str, typer.Option(help="An agency's id, such as leicestershire-children.")]
PeriodOption = Annotated[str, typer.Option(help="A quarter, such as 2013-14-Q1.")]
_SHOWN = ["agency", "status", "due", "received", "working_days_late", "given", "asked"]


@app.command()
def template(
    agency: AgencyOption,
    period: PeriodOption,
    out: Annotated[Path | None, typer.Option(help="The file to write: .xlsx, or .csv.")] = None,
    export: Annotated[
        Path | None, typer.Option("--from", help="An export of the agency's own (CSV), to make its layout from.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Make the workbook that an agency fills in for a quarter, or the layout of an export of its own."""
    from analysis.catalogue import periods
    from analysis.returns.export_layouts import make
    from analysis.returns.issuing import issue

    if out is None and export is None:
        raise typer.BadParameter("name the file to write with --out, or an export with --from")
    folder, quarter = data_folder(data), periods.parse(period)
    if out is not None:
        issue(folder, agency, quarter, out)
        typer.echo(f"The template is ready: {out}")
    if export is not None:
        layout, guessed, open_rows = make(folder, agency, quarter, export)
        typer.echo(
            f"The layout is ready: {layout}. {guessed} names were guessed: check them. In {open_rows} more rows write our "
            "reference under “ours”, or ignore, and under “reason” why; "
            "take away the row “not given” of a figure that has its place."
        )


@app.command()
def receive(
    files: Annotated[list[Path], typer.Argument(help="The workbooks that came back.")],
    agency: Annotated[str | None, typer.Option(help="Of an export of the agency's own: whose it is.")] = None,
    period: Annotated[str | None, typer.Option(help="Of an export of the agency's own: its quarter.")] = None,
    reason: Annotated[str, typer.Option(help="Of an export of the agency's own: why it is sent again.")] = "",
    on: DayOption = None,
    data: DataOption = None,
) -> None:
    """Check returns, and keep them if nothing is wrong with any of them."""
    from analysis.catalogue import periods
    from analysis.returns.own_exports import OwnExport
    from analysis.returns.receiving import receive as receive_files

    if bool(agency) != bool(period) or (reason and not agency):
        raise typer.BadParameter("an export of the agency's own needs both --agency and --period")
    own_export = OwnExport(agency, periods.parse(period), reason) if agency and period else None
    outcomes = receive_files(data_folder(data), files, (on or datetime.now()).date(), own_export)
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
    on: DayOption = None,
    history: Annotated[bool, typer.Option("--history", help="Every version, refusal and withdrawal instead.")] = False,
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Show who has sent a return, who is late and how much was given: a line an agency."""
    from analysis import clean, store
    from analysis.analyses import punctuality
    from analysis.catalogue import periods

    folder = data_folder(data)
    clean.clean(folder)
    receipts, day = store.load(folder).receipts, (on or datetime.now()).date()
    quarter = periods.parse(period) if period else None
    table = punctuality.history(receipts, quarter, day) if history else punctuality.status(receipts, quarter, day)[_SHOWN]
    print_frame(table, form)


@app.command()
def withdraw(
    agency: AgencyOption,
    period: PeriodOption,
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
    on: DayOption = None,
    data: DataOption = None,
) -> None:
    """Take back an agency's return: its figures leave the pages, its files stay, and the next one is a first one."""
    from analysis.catalogue import periods
    from analysis.returns.withdrawing import withdraw as take_back

    typer.echo(take_back(data_folder(data), agency, periods.parse(period), reason, (on or datetime.now()).date()))


@app.command()
def forget(
    before: Annotated[str, typer.Option(help="The first quarter whose files stay, such as 2014-15-Q1.")],
    on: DayOption = None,
    data: DataOption = None,
) -> None:
    """Delete returns as they were received of the quarters before; figures and the register stay."""
    from analysis.catalogue import periods
    from analysis.returns.forgetting import forget as forget_files

    quarter = periods.parse(before)
    deleted = forget_files(data_folder(data), quarter, (on or datetime.now()).date())
    for name in deleted:
        typer.echo(f"Deleted: {name}")
    typer.echo(f"{len(deleted)} files of quarters before {periods.label(quarter)} were deleted; figures and the register stay.")
