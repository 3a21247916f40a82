"""Listings: what indicators and areas are known."""

from __future__ import annotations

from analysis.cli.options import As, Domain, Format, print_frame


def indicators(domain: Domain = None, form: As = Format.table) -> None:
    """List the indicators that are known."""
    from analysis import catalogue

    known = catalogue.indicators().reset_index()
    if domain is not None:
        known = known[known["domain"] == catalogue.check_known(domain, catalogue.domains(), "domain")]
    print_frame(known[["id", "title", "domain", "kind", "unit", "ni_code"]], form)


def areas(form: As = Format.table) -> None:
    """List the areas that are known."""
    from analysis import tables

    print_frame(tables.read("areas"), form)
