"""The errors that a person reads: one plain sentence each, and never a traceback in a notebook."""

from __future__ import annotations

_LONGEST = 1_500  # characters of a line that somebody has to read


class SafeguardingError(ValueError):
    """An input, a parameter or a figure that can't be used, said in one sentence.

    Everything the library raises on purpose is of this class, so the command can print the sentence and choose the
    exit status, and everything else that escapes is a defect.
    """

    exit_status = 1

    def __init__(self, sentence: str) -> None:
        # What is quoted may be a whole file by mistake: a line keeps the place at its beginning and what was expected at its end.
        lines = (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 300]} … {line[-300:]}" for line in sentence.split("\n"))
        super().__init__("\n".join(lines))

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception how it wants to be shown: an analyst needs the sentence, not fifty lines of frames.
        return [f"{type(self).__name__}: {self}"]


class DataError(SafeguardingError):
    """A raw or processed file that can't be read for what it is.

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
    """A domain, area, period, indicator or audience that no table knows; the sentence says what there is."""

    exit_status = 2


class RefusedError(SafeguardingError):
    """A comparison, a sum or a ranking that the figures don't bear; the sentence says why."""


class BreakError(RefusedError):
    """Two definitions, bases or collections asked for as one series."""


class SummingError(RefusedError):
    """A sum over time of what can't be added up: a snapshot, a share, a year that is printed, quarters that are not all there."""


class RankingError(RefusedError):
    """Ranks asked for where they can't stand with their intervals."""


class FrameError(RefusedError):
    """A frame that can't be made into the table or the chart asked for; the sentence says what it lacks."""
