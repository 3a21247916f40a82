"""The limits on files that come in, far above what any return needs, and the error for a file that can't be read at all."""

from __future__ import annotations

from analysis.files.packed_xml import Limits

MEMORY = 600 * 1024 * 1024  # bytes of address space; a return of 10,000 cells needs a quarter of it
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_SHEET = (2000, 60)  # rows, columns
LARGEST_TEXT = 4000  # letters of one cell
LARGEST_BOOK = (20_000, 500_000)  # cells, letters in all cells; the largest template has some 600 and 20,000
PACKAGE = Limits(unpacked=60 * 1024 * 1024, elements=200_000, letters=4_000_000)
_ADVICE = "Send the template as it was, with figures only."


class RefusedError(Exception):
    """The file can't be read at all; the text says why, and what to do."""


class Budget:
    """Counts the cells of one file as they are read."""

    def __init__(self) -> None:
        self.cells = self.letters = 0

    def take(self, sheet: int, place: str, row: int, column: int, text: str) -> None:
        """Count one cell; raises RefusedError for one that is far from the table, too long, or one too many."""
        if row > LARGEST_SHEET[0] or column > LARGEST_SHEET[1]:
            raise RefusedError(f"Sheet {sheet} of the file has something at {place}, far from the table. Clear it.")
        if len(text) > LARGEST_TEXT:
            found = f"Sheet {sheet} of the file has a text of {len(text):,} letters at {place}."
            raise RefusedError(f"{found} Shorten it to {LARGEST_TEXT:,} at most.")
        self.cells += 1
        self.letters += len(text)
        for number, largest, what in zip((self.cells, self.letters), LARGEST_BOOK, ("cells", "letters"), strict=True):
            if number > largest:
                raise RefusedError(f"It holds more than {largest:,} {what}, far more than a return. {_ADVICE}")
