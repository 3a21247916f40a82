"""The page of a notebook from JupyterLab's own menu: File, Save and Export Notebook As, Safeguarding; and from nbconvert.

The page is the one that a run makes of the same executed notebook. Period, audience and parameters are those of the notebook;
the figures are found as a notebook finds them (`raw.data_folder`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from nbclient.exceptions import CellExecutionError
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import List

from analysis.errors import SafeguardingError
from analysis.pack.pack_folder import STAMP, areas_without, context
from analysis.pack.pages.markdown import PageError
from analysis.pack.pages.page import Part, render_page
from analysis.pack.plan import assigned_values
from analysis.scope import scope


class PageExporter(Exporter):
    """nbconvert's exporter of a notebook as a page of a pack; `jupyter nbconvert --to safeguarding` uses it too."""

    export_from_notebook = "Safeguarding"  # JupyterLab shows the entry point's name, and nothing else, with a capital
    output_mimetype = "text/html"
    # What `--execute` switches on, and no more: others that are on would remove cells, in silence.
    default_preprocessors = List(["nbconvert.preprocessors.ExecutePreprocessor"])

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources. Raises PageError for a notebook that a page can't show whole.

        The command `jupyter nbconvert` is ended with the sentence instead: it would show where in the code it was raised.
        """
        try:
            return self._page(*super().from_notebook_node(nb, resources))
        except CellExecutionError as error:
            refused: SafeguardingError = PageError(f"The notebook can't be run: {error.ename}: {' '.join(error.evalue.split())}")
        except SafeguardingError as error:
            refused = error
        from nbconvert.nbconvertapp import NbConvertApp  # which imports every exporter

        if isinstance(getattr(NbConvertApp, "_instance", None), NbConvertApp):
            raise SystemExit(f"Error: {refused}")
        raise refused

    def _page(self, nb: NotebookNode, found: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if any(cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None for cell in nb.cells):
            raise PageError("The notebook has not been run: run all its cells and save it, or add --execute to nbconvert.")
        parameters = _parameters(nb)
        if "period" not in parameters or "audience" not in parameters:
            raise PageError("The notebook has no parameters period and audience, which its page has to name.")
        asked = scope(period=parameters["period"], areas=parameters.get("areas", ()), audience=parameters["audience"])
        stamp = datetime.now(UTC).strftime(STAMP).lstrip("0")
        page = render_page([Part(nb)], context(asked, _title(nb), parameters, stamp, areas_without(asked, parameters)))
        return page, found | {"output_extension": ".html"}


def _parameters(nb: NotebookNode) -> dict[str, Any]:
    """Return the notebook's parameters: those of its own cell, and over them what was injected."""
    tagged = [
        cell.source for tag in ("parameters", "injected-parameters") for cell in nb.cells if tag in cell.metadata.get("tags", [])
    ]
    return {name: value for source in tagged for name, value in assigned_values(source).items()}


def _title(nb: NotebookNode) -> str:
    """Return the title that a run gave the notebook, else its first heading."""
    heading = next((match[1] for cell in nb.cells if (match := re.match(r"# (.+)", cell.source))), "Notebook")
    return str(nb.metadata.get("title", heading))
