"""The commands `indicators`, `areas` and `tables`: list what is known, and check the tables."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import DataOption, DomainOption, Format, FormatOption, print_frame, use_tables


def indicators(
    domain: DomainOption = None,
    kind: Annotated[str | None, typer.Option(help="Only count, snapshot, percentage or rate.")] = None,
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """List the indicators that are known."""
    from analysis import catalogue

    use_tables(data)
    rows = catalogue.indicators().reset_index()
    if domain is not None:
        rows = rows[rows["domain"] == catalogue.check_known(domain, catalogue.domains(), "domain")]
    if kind is not None:
        kinds = catalogue.indicators()["kind"].unique()
        rows = rows[rows["kind"] == catalogue.check_known(kind, kinds, "kind of indicator")]
    print_frame(rows[["id", "title", "domain", "kind", "unit", "ni_code"]], form)


def areas(
    type_: Annotated[str | None, typer.Option("--type", help="Only this type, such as county.")] = None,
    region: Annotated[str | None, typer.Option(help="Only areas in this region, by name or code.")] = None,
    on: Annotated[str | None, typer.Option(help="Only areas that existed on this day, such as 2024-03-31.")] = None,
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """List the areas that are known."""
    from analysis import catalogue
    from analysis.catalogue import areas as known
    from analysis.catalogue import periods, tables

    use_tables(data)
    rows = tables.read("areas")
    if type_ is not None:
        rows = rows[rows["type"] == catalogue.check_known(type_, tables.read("areas")["type"].unique(), "type of area")]
    if region is not None:
        rows = rows[rows["region"] == known.resolve(region)]
    if on is not None:
        day = periods.end(periods.parse(on))
        not_ended = (rows["valid_to"] == "") | (rows["valid_to"] >= day)
        rows = rows[not_ended & (rows["valid_from"] <= day)]
    print_frame(rows, form)


def tables(
    describe: Annotated[
        bool, typer.Option("--describe", help="Say instead what each column of each table holds, as docs/tables.md does.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Check every table, the package's and those in tables/ of the data folder: a line each."""
    from analysis.catalogue.tables import survey
    from analysis.catalogue.tables.document import document

    use_tables(data)
    if describe:
        typer.echo(document().rstrip("\n"))
        return
    checked = survey()
    for each in checked:
        typer.echo(each.line())
    broken = sum(bool(each.mistake) for each in checked)
    typer.echo(
        f"{broken} of {len(checked)} have a mistake." if broken else f"All {len(checked)} tables are as schema.csv says.",
        err=True,
    )
    if broken:
        raise typer.Exit(1)
