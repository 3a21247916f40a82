"""The command `lab`: opens JupyterLab on copies of the notebooks."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from analysis.cli.options import DataOption, data_folder


def lab(
    options: Annotated[list[str] | None, typer.Argument(help="Options of JupyterLab, such as --no-browser.")] = None,
    data: DataOption = None,
) -> None:
    """Open JupyterLab on copies of the notebooks, in the folder workspace."""
    from analysis.pack.plan import notebooks_folder
    from analysis.pack.workspace import copy_notebooks

    folder = data_folder(data).resolve()
    workspace, sentences = copy_notebooks(notebooks_folder(folder))
    for sentence in sentences:
        typer.echo(sentence)
    os.environ["SAFEGUARDING_DATA"] = str(folder)
    from jupyterlab.labapp import main

    main([f"--notebook-dir={workspace}", *(options or [])])
