"""Files read in a process of their own, with limits on memory and time: the parent sees plain cells, or why there are none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 20.0  # for one file, from asking to the end of the answer: a return takes a tenth of one
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes: ten times what the reader lets through
_GAVE_UP = "It could not be read within the limits of memory and time. Send the template as it was, with figures only."


@dataclass(frozen=True)
class Cell:
    """One cell as it was found: what it holds, the text of that, and whether it is formatted as a percentage.

    `kind` is number, text, date, yes or no, error; of a formula it is that of its stored result, `formula` is true, and a
    formula without one has the kind empty.
    """

    row: int
    column: int
    kind: str
    text: str
    percent: bool = False
    formula: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: its number in the file, cells by (row, column), merged ranges, and the rows and columns that are hidden."""

    name: str
    number: int
    cells: dict[tuple[int, int], Cell]
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A file as read: its sheets in order, what it holds besides cells, or why it can't be read at all.

    `foreign` are (number of the sheet, or 0 for the file as a whole; what it is): pictures, comments, links and their kin.
    `margins` are (number of the sheet, text) of headers and footers. `suffix` is the kind of file: .xlsx, .ods or .csv.
    """

    sheets: tuple[Sheet, ...] = ()
    foreign: tuple[tuple[int, str], ...] = ()
    margins: tuple[tuple[int, str], ...] = ()
    suffix: str = ""
    refused: str = ""


def read_files(paths: Sequence[Path]) -> Iterator[Book]:
    """Yield what each file holds, in order. A file that breaks the reader, or takes too long, is refused, and the next read."""
    left = list(paths)
    while left:
        with _reader() as reader:
            while left:
                answer = _ask(reader, left.pop(0))
                yield _book(answer) if answer is not None else Book(refused=_GAVE_UP)
                if answer is None:
                    break


@contextmanager
def _reader() -> Iterator[subprocess.Popen[bytes]]:
    # Isolated from the user's site and environment; one thread of arithmetic, whose stacks count as memory.
    environment = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    environment |= {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}  # Windows needs the second
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.returns.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _ask(reader: subprocess.Popen[bytes], path: Path) -> dict[str, Any] | None:
    """Return the reader's answer on one file, or None when it died, took too long or answered without end."""
    assert reader.stdin is not None and reader.stdout is not None
    try:
        reader.stdin.write(f"{path.resolve()}\n".encode())
        reader.stdin.flush()
    except OSError:  # it has died: a broken pipe, which Windows calls otherwise
        return None
    # One deadline for the whole answer: an answer that trickles in doesn't set it anew.
    deadline = threading.Timer(SECONDS, reader.kill)
    deadline.start()
    try:
        line = reader.stdout.readline(LARGEST_ANSWER)
    finally:
        deadline.cancel()
    answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    return answer


def _book(answer: dict[str, Any]) -> Book:
    if "refused" in answer:
        return Book(refused=answer["refused"])
    foreign, margins = (tuple((number, words) for number, words in answer[key]) for key in ("foreign", "margins"))
    return Book(tuple(_sheet(each) for each in answer["sheets"]), foreign, margins, answer["suffix"])


def _sheet(held: dict[str, Any]) -> Sheet:
    cells = {}
    for row, column, kind, text, percent, result in held["cells"]:
        formula = kind == "formula"
        shown, words = (result or ("empty", text)) if formula else (kind, text)
        cells[row, column] = Cell(row, column, shown, words, percent, formula)
    rows, columns = frozenset(held["hidden_rows"]), frozenset(held["hidden_columns"])
    return Sheet(held["name"], held["number"], cells, tuple(held["merged"]), rows, columns, held["hidden"])
