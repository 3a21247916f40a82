"""The command `word`: turns a page of a pack into a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def word(
    page: Annotated[
        Path, typer.Argument(help="A page of a pack, such as reports/latest/annual-report.html.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path | None, typer.Option(help="The document; beside the page when not given.")] = None,
) -> None:
    """Turn a page of a pack into a Word document; needs pandoc."""
    from analysis.pack.downloads.word import write_word

    typer.echo(f"The document is ready: {write_word(page, out or page.with_suffix('.docx'))}")
