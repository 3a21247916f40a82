"""What a run has made: the executed notebook of a report, and the contents of a pack. Light: nothing here runs or draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis import seen
from analysis.errors import SafeguardingError
from analysis.pack.plan import Report
from analysis.scope import Scope

if TYPE_CHECKING:
    from nbformat import NotebookNode

MANIFEST = "manifest.json"


class ReportError(SafeguardingError):
    """A report that could not be made; the sentence names notebook, cell and error."""


@dataclass(frozen=True)
class Executed:
    """One report's executed notebook as text, free of paths and times, the seconds it took, and which figures it looked at."""

    report: Report
    text: str
    seconds: float
    seen: tuple[seen.View, ...] = (seen.EVERYTHING,)

    @cached_property
    def notebook(self) -> NotebookNode:
        """The notebook, read from its text."""
        import nbformat  # takes a second, and a run that finds nothing changed never needs it

        return nbformat.reads(self.text, as_version=4)


@dataclass(frozen=True)
class Contents:
    """What goes into a pack: what was asked, the parameters given with it, the reports made, and those that failed with why.

    `key` stands for everything that the pack is made of; a pack with the same key would hold the same.
    """

    asked: Scope
    given: dict[str, Any]
    executed: Sequence[Executed]
    failed: Sequence[tuple[Report, str]] = ()
    key: str = ""
