"""What one cell of a return holds: a whole number, a mark that it can't be given or can't exist, or nothing that can be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.catalogue.framework import return_form
from analysis.returns.remarks import brief
from analysis.returns.sandbox import Cell

LARGEST = 100_000_000
_WHOLE = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?")
_MARKS = (return_form.NOT_AVAILABLE, return_form.NOT_APPLICABLE)
_TYPE_AGAIN = "Type the number again."


@dataclass(frozen=True)
class Figure:
    """A figure as read: the text that is kept (digits, x or z), and a note where it was not plainly a number."""

    text: str
    note: str = ""

    @property
    def value(self) -> float | None:
        """The number; None where the agency says that there is none."""
        return None if self.text in _MARKS else float(self.text)


class UnreadableError(Exception):
    """The cell holds no figure; `finding` says what it holds, `todo` what to do."""

    def __init__(self, finding: str, todo: str) -> None:
        super().__init__(finding)
        self.finding, self.todo = finding, todo


def read_figure(cell: Cell | None, unit: str, typed: bool = True) -> Figure:
    """Return the figure in a cell; raises UnreadableError for anything that isn't a figure beyond doubt.

    `typed` says that the file keeps numbers and texts apart (a workbook does, CSV doesn't). Commas between thousands, blanks
    around a number and a pound sign before pounds are accepted and noted; nothing else is guessed.
    """
    if cell is None or not cell.text.strip():
        raise UnreadableError("nothing", "Write the number; 0 if there were none; x if you can't give it, and say why.")
    match cell.kind:
        case "number":
            figure = _number(cell)
        case "text":
            figure = _text(cell.text, unit, typed)
        case "date":
            raise UnreadableError(f"the date {cell.text}", f"Set the format of the cell to Number. {_TYPE_AGAIN}")
        case "error":
            raise UnreadableError(f"the error {brief(cell.text)}", f"The formula has no result. {_TYPE_AGAIN}")
        case "empty":
            raise UnreadableError(
                "a formula without a result", "Open the workbook in your spreadsheet program, save it, send it again."
            )
        case _:
            raise UnreadableError(f"{brief(cell.text)}, which is no number", _TYPE_AGAIN)
    if cell.formula:
        return Figure(figure.text, f"a formula; its result {figure.text} was read")
    return figure


def _number(cell: Cell) -> Figure:
    if cell.percent:
        raise UnreadableError("a percentage", "Set the format of the cell to Number and give the number of cases, not the share.")
    value = float(cell.text)
    if value < 0:
        raise UnreadableError(f"{value:g}, which is less than 0", _TYPE_AGAIN)
    if value != int(value):
        raise UnreadableError(f"{value:g}, which is no whole number", "Give the number of cases, not a share or an average.")
    return _figure_of(value)


def _text(text: str, unit: str, typed: bool) -> Figure:
    plain = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if plain.casefold() in _MARKS:
        return Figure(plain.casefold())
    digits = plain.removeprefix("£").strip() if unit == "pounds" else plain
    if not _WHOLE.fullmatch(digits):
        todo = "Give the number of cases, without a per cent sign." if plain.endswith("%") else "Write a whole number, x or z."
        raise UnreadableError(brief(plain), todo)
    figure = _figure_of(float(digits.replace(",", "")))
    return (
        Figure(figure.text, f"the text {brief(plain)}; it was read as {figure.text}") if typed or text != figure.text else figure
    )


def _figure_of(value: float) -> Figure:
    if value > LARGEST:
        raise UnreadableError(f"a number of {len(f'{value:.0f}')} digits, which is far too large", _TYPE_AGAIN)
    return Figure(f"{value:.0f}")
