"""Remarks on a return: where, what was found, and what to do; their weight says whether the return can be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Z][a-z]{2,}|[^\W\d_]\s+[^\W\d_]")  # a word with a capital, or two words
REFUSED, ASKED, NOTED = "refused", "asked", "noted"


@dataclass(frozen=True)
class Remark:
    """One remark on a return.

    `weight` is refused (the return can't be taken as it is), asked (the figure is taken, and an explanation is asked for) or
    noted (it was taken, and this says how it was read). `sheet` and `cell` say where, `figure` which figure; they are empty
    if the remark is on the whole file. No remark repeats more of a cell than a number or a few letters.
    """

    weight: str
    found: str
    todo: str
    sheet: str = ""
    cell: str = ""
    figure: str = ""

    @property
    def place(self) -> str:
        """The place in words: "sheet Training, cell G7"."""
        if not self.sheet:
            return "the file"
        return f"sheet {self.sheet}" + (f", cell {self.cell}" if self.cell else "")

    def sentence(self) -> str:
        """Return the remark as one sentence."""
        figure = f" ({self.figure})" if self.figure else ""
        return f"{self.place[0].upper()}{self.place[1:]}{figure}: found {self.found}. {self.todo}"


def brief(text: str) -> str:
    """Return the text of a cell for a message; of a text that may name a person only its length."""
    return f"a text of {len(text)} characters" if len(text) > 12 or _NAME.search(text) else repr(text)
