"""Releasing: the gate on a finished pack, and the register of what was shown to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import As, Data, Format, data_folder, print_frame


def check(folder: Annotated[Path, typer.Argument(help="The folder of a pack.")], data: Data = None) -> None:
    """Hold a pack against the rules of the release gate."""
    from analysis import gate
    from analysis.errors import SafeguardingError

    if not folder.is_dir():
        raise SafeguardingError(f"There is no folder {folder.name!r}.")
    broken = gate.check(folder, data_folder(data))
    if broken:
        raise gate.HeldBackError(broken)
    typer.echo(f"The pack keeps all {len(gate.rules())} rules of the release gate.")


def published(
    withdraw: Annotated[str | None, typer.Option(help="The file of a release that was withdrawn.")] = None,
    reason: Annotated[str, typer.Option(help="Why it was withdrawn.")] = "",
    form: As = Format.table,
    data: Data = None,
) -> None:
    """Verify and list the register of releases."""
    import pandas as pd

    from analysis import register

    folder = data_folder(data)
    if withdraw is not None:
        typer.echo(f"Entered: {register.withdraw(folder, withdraw, reason).name}")
        return
    lines = register.verify(folder)
    releases = [line for line in lines if line["kind"] in ("release", "withdrawn")]
    columns = ["kind", "period", "audience", "made", "release", "reason"]
    print_frame(pd.DataFrame(releases).reindex(columns=columns).fillna(""), form)
