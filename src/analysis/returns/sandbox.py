"""Reads files in a process of its own, with limits on memory and time; the parent gets plain cells, or the reason why not."""

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

SECONDS = 20.0  # for one file, from the request to the end of the answer; a return takes a tenth of a second
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; ten times what the reader lets through
_GAVE_UP = "It could not be read within the limits of memory and time. Send the template as it was, with figures only."


@dataclass(frozen=True)
class Cell:
    """One cell as it was found: what it holds, that as text, and whether it is formatted as a percentage.

    `kind` is number, text, date, yes or no, or error. For a formula (`formula` is true) it is the kind of the stored result, or
    empty where there is none.
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
    """A file as read: its sheets in order, and what it holds besides cells; or the reason why it can't be read.

    `foreign` has (number of the sheet, or 0 for the whole file; what it is) for pictures, comments, links and the like.
    `margins` has (number of the sheet, text) for headers and footers. `suffix` is the kind of file: .xlsx, .ods or .csv.
    """

    sheets: tuple[Sheet, ...] = ()
    foreign: tuple[tuple[int, str], ...] = ()
    margins: tuple[tuple[int, str], ...] = ()
    suffix: str = ""
    refused: str = ""


def read_files(paths: Sequence[Path]) -> Iterator[Book]:
    """Yield what each file holds, in order. A file that stops the reader, or takes too long, is refused; the next is read."""
    waiting = list(paths)
    while waiting:
        with _reader() as reader:
            while waiting:
                answer = _answer_on(reader, waiting.pop(0))
                yield _book(answer) if answer is not None else Book(refused=_GAVE_UP)
                if answer is None:
                    break


@contextmanager
def _reader() -> Iterator[subprocess.Popen[bytes]]:
    # Isolated from the user's site and environment; one thread of arithmetic, whose stacks count as memory.
    environment = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    environment |= {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}  # Windows needs the second
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.returns.file_reader"],
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


def _answer_on(reader: subprocess.Popen[bytes], path: Path) -> dict[str, Any] | None:
    """Return the reader's answer on one file, or None if it died, took too long or answered without end."""
    assert reader.stdin is not None and reader.stdout is not None
    try:
        reader.stdin.write(f"{path.resolve()}\n".encode())
        reader.stdin.flush()
    except OSError:  # the reader has died: a broken pipe, for which Windows has another name
        return None
    # One deadline for the whole answer, so that an answer that trickles in doesn't extend it.
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
    return Book(tuple(_sheet(sheet) for sheet in answer["sheets"]), foreign, margins, answer["suffix"])


def _sheet(answer: dict[str, Any]) -> Sheet:
    cells = {}
    for row, column, kind, text, percent, result in answer["cells"]:
        formula = kind == "formula"
        kind_of_value, text_of_value = (result or ("empty", text)) if formula else (kind, text)
        cells[row, column] = Cell(row, column, kind_of_value, text_of_value, percent, formula)
    rows, columns = frozenset(answer["hidden_rows"]), frozenset(answer["hidden_columns"])
    return Sheet(answer["name"], answer["number"], cells, tuple(answer["merged"]), rows, columns, answer["hidden"])
