"""The commands `check`, `sign-off`, `withheld` and `published`: the release gate, the register, and the cost of protection."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import DataOption, Format, FormatOption, data_folder, print_frame


def check(folder: Annotated[Path, typer.Argument(help="The folder of a pack.")], data: DataOption = None) -> None:
    """Hold a pack against the rules of the release gate."""
    from analysis.disclosure import gate
    from analysis.errors import SafeguardingError

    if not folder.is_dir():
        raise SafeguardingError(f"There is no folder {folder.name!r}.")
    violations, unverified = gate.check(folder, data_folder(data)), gate.unverified(data_folder(data))
    if violations:
        raise gate.HeldBackError(violations)
    kept = "what can be verified here" if unverified else f"all {len(gate.rules())} rules"
    typer.echo(" ".join([f"The pack keeps {kept} of the release gate.", *unverified]))


def sign_off(
    folder: Annotated[Path, typer.Argument(help="The folder of a pack.")],
    role: Annotated[str, typer.Option(help="Who signs: an office such as Independent Chair, never a person's name.")],
    data: DataOption = None,
) -> None:
    """Put a role's sign-off into a pack, onto its index and into the register."""
    from analysis.errors import SafeguardingError
    from analysis.pack.signing import sign_off as sign

    if not folder.is_dir():
        raise SafeguardingError(f"There is no folder {folder.name!r}.")
    typer.echo(f"{sign(data_folder(data), folder, role)}.")


def withheld(
    audience: Annotated[str, typer.Option(help="seg or public.")] = "public",
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """List how many figures protection withholds, for the analyst only."""
    from analysis.disclosure import policy, protection
    from analysis.store import load, register

    policy.check_audience(audience)
    folder = data_folder(data)
    store = load(folder)
    families = protection.protected(store.observations, store.origins, audience, register.history(folder)).families
    # A table has one name for all quarters. If one quarter was protected step by step, its number may not be the least possible.
    tables = families.groupby("family", sort=False).agg(
        {"cells": "sum", "small": "sum", "withheld": "sum", "method": "min", "given_away": "sum"}
    )
    tables.insert(2, "besides", tables["withheld"] - tables["small"])
    print_frame(tables.sort_values("withheld", ascending=False, kind="stable").reset_index(names="table"), form)


def published(
    withdraw: Annotated[str | None, typer.Option(help="The file of a release that was withdrawn.")] = None,
    reseal: Annotated[bool, typer.Option("--reseal", help="Seal the register by a new key: the one before is lost.")] = False,
    reason: Annotated[str, typer.Option(help="Why it was withdrawn, or is sealed anew.")] = "",
    packs: Annotated[list[Path] | None, typer.Option(help="Another folder of packs to hold it against.")] = None,
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Verify the register of releases against the packs, and list it."""
    import pandas as pd

    from analysis.disclosure import policy
    from analysis.pack.release import notes_on_unregistered_packs
    from analysis.store import register

    folder = data_folder(data)
    if withdraw is not None:
        typer.echo(f"Entered: {register.withdraw(folder, withdraw, reason).name}")
        return
    if reseal:
        typer.echo(f"Entered: {register.reseal(folder, reason).name}")
        return
    entries = register.verify(folder)
    for audience in policy.audiences().index:
        for each in (Path(policy.packs_folder(audience)), *(packs or [])):
            for sentence in notes_on_unregistered_packs(each, folder, audience):
                typer.echo(sentence, err=True)
    releases = [entry for entry in entries if entry["kind"] in ("release", "withdrawn", "signed-off", "resealed")]
    columns = ["kind", "period", "audience", "made", "release", "reason", "role", "on"]
    print_frame(pd.DataFrame(releases).reindex(columns=columns).fillna(""), form)
