"""The errors that a person reads: one plain sentence each, and never a traceback in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_LONGEST = 1_500  # characters of one line of a message


class SafeguardingError(ValueError):
    """An input, a parameter or a figure can't be used; the message is one sentence that says why.

    Every error that the library raises on purpose is of this class: the command prints its sentence and takes its exit status.
    Any other error that reaches the user is a defect.
    """

    exit_status = 1

    def __init__(self, sentence: str) -> None:
        # The quoted text may be a whole file by mistake. A long line keeps its beginning (place) and end (expectation).
        lines = (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 300]} … {line[-300:]}" for line in sentence.split("\n"))
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Callable[..., SafeguardingError], tuple[Any, ...]]:
        # A helper process hands an error over as it is: made again by its own parameters it would have none, and end the pool.
        return _handed_over, (type(self), self.args, vars(self))

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception how it wants to be shown: an analyst needs the sentence, not fifty lines of frames.
        return [f"{type(self).__name__}: {self}"]


def _handed_over(kind: type[SafeguardingError], sentence: tuple[Any, ...], more: dict[str, Any]) -> SafeguardingError:
    error = kind.__new__(kind, *sentence)
    vars(error).update(more)
    return error


class DataError(SafeguardingError):
    """A raw or processed file can't be read.

    The sentence names the file and, where they are known, the row and the column (both counted from 1), what was found
    and what was expected.
    """

    def __init__(
        self,
        file: str,
        *,
        found: str,
        expected: str,
        row: int | None = None,
        column: int | str | None = None,
    ) -> None:
        place = file
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: found {found}, expected {expected}.")


class UnknownNameError(SafeguardingError):
    """No table has this domain, area, period, indicator or audience; the sentence lists the known names."""

    exit_status = 2


class RefusedError(SafeguardingError):
    """The figures don't allow this comparison, sum or ranking; the sentence says why."""


class BreakError(RefusedError):
    """Figures of two definitions, bases or collections were requested as one series."""


class SummingError(RefusedError):
    """These figures can't be added up over time: a snapshot, a share, a printed year, or quarters of which one is missing."""


class RankingError(RefusedError):
    """Ranks were requested for figures whose intervals don't allow them."""


class FrameError(RefusedError):
    """A frame that can't be made into the table or the chart asked for; the sentence says what it lacks."""
