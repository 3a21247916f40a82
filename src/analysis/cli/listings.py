"""Listings: what indicators and areas are known."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import As, Domain, Format, print_frame


def indicators(
    domain: Domain = None,
    kind: Annotated[str | None, typer.Option(help="Only count, snapshot, percentage or rate.")] = None,
    form: As = Format.table,
) -> None:
    """List the indicators that are known."""
    from analysis import catalogue

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
) -> None:
    """List the areas that are known."""
    from analysis import catalogue
    from analysis.catalogue import areas as known
    from analysis.catalogue import periods, tables

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
