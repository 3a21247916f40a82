"""Listings: what indicators and areas are known, and how the tables stand."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import As, Data, Domain, Format, print_frame, use_tables


def indicators(
    domain: Domain = None,
    kind: Annotated[str | None, typer.Option(help="Only count, snapshot, percentage or rate.")] = None,
    form: As = Format.table,
    data: Data = None,
) -> None:
    """List the indicators that are known."""
    from analysis import catalogue

    use_tables(data)
    known = catalogue.indicators().reset_index()
    if domain is not None:
        known = known[known["domain"] == catalogue.check_known(domain, catalogue.domains(), "domain")]
    if kind is not None:
        kinds = catalogue.indicators()["kind"].unique()
        known = known[known["kind"] == catalogue.check_known(kind, kinds, "kind of indicator")]
    print_frame(known[["id", "title", "domain", "kind", "unit", "ni_code"]], form)


def areas(
    type_: Annotated[str | None, typer.Option("--type", help="Only this type, such as county.")] = None,
    region: Annotated[str | None, typer.Option(help="Only areas in this region, by name or code.")] = None,
    on: Annotated[str | None, typer.Option(help="Only areas that existed on this day, such as 2024-03-31.")] = None,
    form: As = Format.table,
    data: Data = None,
) -> None:
    """List the areas that are known."""
    from analysis import catalogue
    from analysis.catalogue import areas as known
    from analysis.catalogue import periods, tables

    use_tables(data)
    found = tables.read("areas")
    if type_ is not None:
        found = found[found["type"] == catalogue.check_known(type_, tables.read("areas")["type"].unique(), "type of area")]
    if region is not None:
        found = found[found["region"] == known.resolve(region)]
    if on is not None:
        day = periods.end(periods.parse(on))
        going = (found["valid_to"] == "") | (found["valid_to"] >= day)
        found = found[going & (found["valid_from"] <= day)]
    print_frame(found, form)


def tables(
    describe: Annotated[
        bool, typer.Option("--describe", help="Say instead what each column of each table holds, as docs/tables.md does.")
    ] = False,
    data: Data = None,
) -> None:
    """Check every table, the package's and those in tables/ of the data folder: a line each."""
    from analysis.catalogue.tables import survey
    from analysis.catalogue.tables.document import document

    use_tables(data)
    if describe:
        typer.echo(document().rstrip("\n"))
        return
    stands = survey()
    for each in stands:
        typer.echo(each.line())
    broken = sum(bool(each.mistake) for each in stands)
    typer.echo(
        f"{broken} of {len(stands)} have a mistake." if broken else f"All {len(stands)} tables are as schema.csv says.", err=True
    )
    if broken:
        raise typer.Exit(1)
