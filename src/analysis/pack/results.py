"""What a run has made: the executed notebook of a report, and the contents of a pack. Light: nothing here runs or draws."""

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
    """A report that could not be made; the sentence names notebook, cell and error."""


@dataclass(frozen=True)
class Executed:
    """One report's executed notebook, free of paths and times, the seconds it took, and which figures it looked at.

    Its text is kept packed, a tenth of its size: a run holds those of all its reports.
    """

    report: Report
    packed: bytes
    seconds: float
    seen: tuple[View, ...] = (EVERYTHING,)

    @classmethod
    def of(cls, report: Report, text: str, seconds: float, views: tuple[View, ...] = (EVERYTHING,)) -> Executed:
        """Return what was made, from the text of its notebook."""
        return cls(report, zlib.compress(text.encode()), seconds, views)

    @property
    def text(self) -> str:
        """The text of the notebook, unpacked."""
        return zlib.decompress(self.packed).decode()

    @property
    def notebook(self) -> NotebookNode:
        """The notebook, read from its text."""
        import nbformat  # a run that finds nothing changed never needs it

        return nbformat.reads(self.text, as_version=4)


@dataclass(frozen=True)
class Contents:
    """What goes into a pack: what was asked, the parameters given with it, the reports made, those that failed with why, and
    those that were left out on request.

    `key` stands for everything that the pack is made of; a pack with the same key would hold the same.
    """

    asked: Scope
    given: dict[str, Any]
    executed: Sequence[Executed]
    failed: Sequence[tuple[Report, str]] = ()
    key: str = ""
    left_out: Sequence[Report] = ()
