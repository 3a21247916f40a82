"""The page of a text checked against itself: what contradicts, then what has two readings, each with place and arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from analysis import store
from analysis.catalogue import periods
from analysis.files.folders import write_whole
from analysis.pack.pages.page import PageContext, render_text_check

_GROUPS = (
    ("contradicts", "Contradictions", "The text says one thing, and its own numbers or the figures held another."),
    (
        "ambiguous",
        "Two readings",
        "One reading agrees and another doesn't: no error, but a reader may take the wrong one.",
    ),
    ("agrees", "Agrees", "Tested, and right."),
)


def write_text_check(path: Path, report: str, period: str, rows: Sequence[Mapping[str, object]], summary: str) -> None:
    """Write the page of tested relations, `rows` with the columns of `self_check.COLUMNS`; nothing is left half-written.

    It is an internal page: it quotes a text that nobody has protected.
    """
    made = datetime.now(tz=UTC).strftime("%-d %B %Y")
    when = periods.label(periods.parse(period)) if period else "A draft"
    context = PageContext(f"{report}, checked", when, "internal", made, store.version(), (), ())
    grouped = [(title, note, [row for row in rows if row["verdict"] == verdict]) for verdict, title, note in _GROUPS]
    write_whole(path, render_text_check(context, [group for group in grouped if group[2]], summary).encode())
