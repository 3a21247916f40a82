"""Releasing: the gate on a finished pack, what protection costs, and the register of what was shown to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import As, Data, Format, data_folder, print_frame


def check(folder: Annotated[Path, typer.Argument(help="The folder of a pack.")], data: Data = None) -> None:
    """Hold a pack against the rules of the release gate."""
    from analysis.disclosure import gate
    from analysis.errors import SafeguardingError

    if not folder.is_dir():
        raise SafeguardingError(f"There is no folder {folder.name!r}.")
    broken = gate.check(folder, data_folder(data))
    if broken:
        raise gate.HeldBackError(broken)
    typer.echo(f"The pack keeps all {len(gate.rules())} rules of the release gate.")


def sign_off(
    folder: Annotated[Path, typer.Argument(help="The folder of a pack.")],
    role: Annotated[str, typer.Option(help="Who signs: an office such as Independent Chair, never a person's name.")],
    data: Data = None,
) -> None:
    """Put a role's sign-off into a pack, onto its index and into the register."""
    from analysis.errors import SafeguardingError
    from analysis.pack.signing import sign_off as sign

    if not folder.is_dir():
        raise SafeguardingError(f"There is no folder {folder.name!r}.")
    typer.echo(f"{sign(data_folder(data), folder, role)}.")


def withheld(
    audience: Annotated[str, typer.Option(help="seg or public.")] = "public", form: As = Format.table, data: Data = None
) -> None:
    """List how many figures protection withholds, for the analyst only."""
    from analysis import store
    from analysis.disclosure import policy, protection
    from analysis.store import register

    policy.check_audience(audience)
    folder = data_folder(data)
    held = store.load(folder)
    found = protection.protected(held.observations, held.origins, audience, register.known(folder, audience)).families
    # The same table of every quarter has one name: what is built up in one of them isn't known to be the least in all.
    lost = found.groupby("family", sort=False).agg({"cells": "sum", "small": "sum", "withheld": "sum", "method": "min"})
    lost.insert(2, "besides", lost["withheld"] - lost["small"])
    print_frame(lost.sort_values("withheld", ascending=False, kind="stable").reset_index(names="table"), form)


def published(
    withdraw: Annotated[str | None, typer.Option(help="The file of a release that was withdrawn.")] = None,
    reason: Annotated[str, typer.Option(help="Why it was withdrawn.")] = "",
    form: As = Format.table,
    data: Data = None,
) -> None:
    """Verify and list the register of releases."""
    import pandas as pd

    from analysis.store import register

    folder = data_folder(data)
    if withdraw is not None:
        typer.echo(f"Entered: {register.withdraw(folder, withdraw, reason).name}")
        return
    lines = register.verify(folder)
    releases = [line for line in lines if line["kind"] in ("release", "withdrawn", "signed-off")]
    columns = ["kind", "period", "audience", "made", "release", "reason", "role", "on"]
    print_frame(pd.DataFrame(releases).reindex(columns=columns).fillna(""), form)
