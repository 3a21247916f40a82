"""What a run makes: the executed notebook of a report, and the contents of a pack. Nothing here runs or draws anything."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import SafeguardingError
from analysis.pack.plan import Report
from analysis.scope import Scope
from analysis.store.reads import EVERYTHING, View

if TYPE_CHECKING:
    from nbformat import NotebookNode

MANIFEST = "manifest.json"


class ReportError(SafeguardingError):
    """A report could not be made; the sentence names the notebook, the cell and the error."""


@dataclass(frozen=True)
class ExecutedReport:
    """One report's executed notebook, without paths and times, the seconds that it took, and the figures that it looked at.

    The text is compressed to a tenth of its size, because a run holds the notebooks of all its reports.
    """

    report: Report
    compressed: bytes
    seconds: float
    views: tuple[View, ...] = (EVERYTHING,)

    @classmethod
    def of(cls, report: Report, text: str, seconds: float, views: tuple[View, ...] = (EVERYTHING,)) -> ExecutedReport:
        """Return the executed report with this text as its notebook."""
        return cls(report, zlib.compress(text.encode()), seconds, views)

    @property
    def text(self) -> str:
        """The text of the notebook."""
        return zlib.decompress(self.compressed).decode()

    @property
    def notebook(self) -> NotebookNode:
        """The notebook as an object of nbformat."""
        import nbformat  # a run that finds nothing changed never needs it

        return nbformat.reads(self.text, as_version=4)


Outcome = ExecutedReport | ReportError


def by_page(executed: Sequence[ExecutedReport]) -> dict[str, list[ExecutedReport]]:
    """Return {page: its executed notebooks}, both in order."""
    pages: dict[str, list[ExecutedReport]] = {}
    for each in executed:
        pages.setdefault(each.report.page, []).append(each)
    return pages


@dataclass(frozen=True)
class Contents:
    """What goes into a pack: its scope and parameters, the executed reports, the failed ones with the reason, and those that
    were left out on request.

    `key` is a digest of everything that the pack is made of: two packs with the same key hold the same.
    """

    scope: Scope
    parameters: dict[str, Any]
    executed: Sequence[ExecutedReport]
    failed: Sequence[tuple[Report, str]] = ()
    key: str = ""
    omitted: Sequence[Report] = ()
