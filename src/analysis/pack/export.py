"""The page of a notebook from JupyterLab's own menu: File, Save and Export Notebook As, Safeguarding page.

The page is the one that a run makes of the same executed notebook. Period, audience and parameters are those of the notebook;
the figures are found as a notebook finds them (`raw.data_folder`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from analysis.pack.page import render_page
from analysis.pack.plan import assigned
from analysis.pack.prose import PageError
from analysis.pack.write import STAMP, areas_without, context
from analysis.scope import scope


class PageExporter(Exporter):
    """nbconvert's exporter of a notebook as a page of a pack; `jupyter nbconvert --to safeguarding` uses it too."""

    export_from_notebook = "Safeguarding page"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources. Raises PageError for a notebook that a page can't show whole."""
        found = dict(resources or {})
        parameters = _parameters(nb)
        if "period" not in parameters or "audience" not in parameters:
            raise PageError("The notebook has no parameters period and audience, which its page has to name.")
        asked = scope(period=parameters["period"], areas=parameters.get("areas", ()), audience=parameters["audience"])
        stamp = datetime.now(UTC).strftime(STAMP).lstrip("0")
        page = render_page(nb, context(asked, _title(nb), parameters, stamp, areas_without(asked, parameters)))
        return page, found | {"output_extension": ".html"}


def _parameters(nb: NotebookNode) -> dict[str, Any]:
    """Return the notebook's parameters: those of its own cell, and over them what was injected."""
    tagged = [
        cell.source for tag in ("parameters", "injected-parameters") for cell in nb.cells if tag in cell.metadata.get("tags", [])
    ]
    return {name: value for source in tagged for name, value in assigned(source).items()}


def _title(nb: NotebookNode) -> str:
    """Return the title that a run gave the notebook, else its first heading."""
    heading = next((match[1] for cell in nb.cells if (match := re.match(r"# (.+)", cell.source))), "Notebook")
    return str(nb.metadata.get("title", heading))
