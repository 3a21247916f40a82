"""How many small faults in the library its tests notice: `python tests/mutants.py --count 100 --seed 1`.

Each fault (a mutant) is one change of one place: `<` becomes `<=`, a number one more, a keyword argument is left out. It is put
into a copy of the project, and the tests that belong to its module are run there: those of `tested_by.py`, without the slow
ones, for ten minutes at most; a test that fails is run again without the fault, and has to pass. A mutant that no test fails
for has survived: it is a hole in the tests, or makes no difference to what a caller gets.

Texts, annotations and decorators are left alone, and what can't be noticed on one machine: `strict` of `zip`, the encoding
and the line ends of a file. Exit status 1 if fewer than 90 % are killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tested_by import ROOT, module_names, path_of, tests_of

ENOUGH = 0.9
LIMIT = 600  # seconds
PASSED, FAILED, NO_TESTS = 0, 1, 5  # how pytest ends
LONGEST = 160  # characters of code that are printed
MARKS = "not slow and not browser and not real_data"
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
_GUARDS = frozenset({"strict", "encoding", "newline"})


@dataclass(frozen=True)
class Mutant:
    """One fault: the module and its text, the place in it, and the code after."""

    module: str
    text: str
    node: ast.expr | ast.stmt
    after: str

    @property
    def path(self) -> Path:
        return path_of(self.module)

    def source(self) -> str:
        """The module's text with the fault in it: only the lines of that place differ."""
        lines = self.text.encode().splitlines(keepends=True)
        first, last = self.node.lineno - 1, (self.node.end_lineno or 0) - 1
        end = lines[last][self.node.end_col_offset :]
        lines[first : last + 1] = [lines[first][: self.node.col_offset] + self.after.encode() + end]
        return b"".join(lines).decode()

    def __str__(self) -> str:
        """The place, and what stood there and stands there now, without what is alike at both ends."""
        place = f"{self.path.relative_to(ROOT).as_posix()}:{self.node.lineno}"
        before, after = " ".join(ast.unparse(self.node).split()), " ".join(self.after.split())
        if after.startswith("("):
            after = after[1:-1]
        start, end = _alike(before, after), _alike(before[::-1], after[::-1])
        words = f"{_cut(before, start, end)}  ->  {_cut(after, start, end)}"
        line = self.text.splitlines()[self.node.lineno - 1].strip()
        return f"{place}  {words}" + (f"  in  {line}" if isinstance(self.node, ast.Constant) else "")


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, start: int, end: int) -> str:
    first, last = max(start - 40, 0), min(len(text) - end + 40, len(text))
    shown = text[first:last] if last - first <= LONGEST else f"{text[first : first + LONGEST - 50]} … {text[last - 45 : last]}"
    return ("… " if first else "") + shown + (" …" if last < len(text) else "")


def mutants_of(module: str) -> list[Mutant]:
    """Return every mutant of a module."""
    return mutants_in(module, path_of(module).read_text(encoding="utf-8"))


def mutants_in(module: str, text: str) -> list[Mutant]:
    """Return every mutant of a module of this text."""
    return [Mutant(module, text, node, after) for node in _places(ast.parse(text)) for after in _faults(node)]


def _places(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the expressions and statements that are code which runs: no annotation, no decorator, no text."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list") or isinstance(node, ast.JoinedStr):
            continue
        if isinstance(node, ast.keyword) and node.arg in _GUARDS:
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr | ast.stmt) and hasattr(child, "lineno"):
                yield child
            if isinstance(child, ast.AST):
                yield from _places(child)


def _faults(node: ast.AST) -> list[str]:
    """Return the code that may stand in a node's place."""
    match node:
        case ast.Compare(ops=[operator]):
            found = [_with(node, ops=[other()]) for other in _COMPARISONS[type(operator)]]
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC and not (
            _text(left) or _text(right)
        ):
            found = [_with(node, op=_ARITHMETIC[type(operator)]())]
        case ast.BoolOp(op=operator):
            found = [_with(node, op=ast.Or() if isinstance(operator, ast.And) else ast.And())]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            found = [operand]
        case ast.IfExp(test=test):
            found = [_with(node, test=ast.UnaryOp(ast.Not(), test))]
        case ast.Constant(value=bool() as value):
            found = [ast.Constant(not value)]
        case ast.Constant(value=int() as value):
            found = [ast.Constant(value + 1), ast.Constant(value - 1)]
        case ast.Call():
            found = _calls(node)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            return ["return None"]
        case _:
            found = []
    return [f"({ast.unparse(each)})" for each in found]


def _calls(node: ast.Call) -> list[ast.AST]:
    """Return the calls that leave out one keyword argument each, and the one of the opposite function."""
    kept = [each for each in node.keywords if each.arg is not None and each.arg not in _GUARDS]
    found = [_with(node, keywords=[each for each in node.keywords if each is not left_out]) for left_out in kept]
    match node.func:
        case ast.Name(id=name) if name in _SWAPPED:
            found.append(_with(node, func=ast.Name(_SWAPPED[name])))
        case ast.Attribute(attr=name) if name in _SWAPPED:
            found.append(_with(node, func=_with(node.func, attr=_SWAPPED[name])))
    return found


def _with(node: ast.AST, **changes: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def chosen(count: int, seed: int, within: str = "") -> list[Mutant]:
    """Return so many mutants of the library, or of a room: one of each place at most, every place as likely as any other."""
    by_place: dict[tuple[str, int, int, str], list[Mutant]] = {}
    for module in (name for name in module_names() if name.startswith(within)):
        for mutant in mutants_of(module):
            place = (module, mutant.node.lineno, mutant.node.col_offset, type(mutant.node).__name__)
            by_place.setdefault(place, []).append(mutant)
    dice = random.Random(seed)  # noqa: S311  # nothing here is secret
    return [dice.choice(by_place[place]) for place in dice.sample(sorted(by_place), min(count, len(by_place)))]


class Copy:
    """A copy of the project in which one module at a time has a fault, and the tests are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clock = int(time.time()) - 1_000_000
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        )
        for name in listed.stdout.decode().split("\0"):
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        subprocess.run(["git", "init", "--quiet", folder], check=True)  # some tests ask it what is ignored
        where = subprocess.run(
            [sys.executable, "-c", "import analysis; print(analysis.__file__)"],
            cwd=folder, env=self._environment(), capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        if not Path(where).resolve().is_relative_to(folder.resolve()):
            raise SystemExit(f"The tests would import {where}, which is no part of the copy.")

    def judge(self, mutant: Mutant) -> tuple[bool, float]:
        """Return whether the tests of its module fail for a mutant, and how many seconds they took."""
        tests = tests_of(mutant.module)
        target = self.folder / mutant.path.relative_to(ROOT)
        start = time.monotonic()
        self._write(target, mutant.source())
        try:
            status = self._run(*tests)
        finally:
            self._write(target, mutant.text)
        seconds = time.monotonic() - start
        # What failed, or couldn't even begin, has to do so for the fault and for nothing else.
        again = ("--last-failed", "--last-failed-no-failures=none") if status == FAILED else ("--collect-only",)
        if status not in (PASSED, None) and self._run(*again, *tests) not in (PASSED, NO_TESTS):
            raise SystemExit(f"Without a fault these tests should pass, and don't: {' '.join(tests)}")
        return status != PASSED, seconds

    def _write(self, path: Path, text: str) -> None:
        """Write a module with a time that no other version of it has: compiled code of one is never taken for another's."""
        path.write_text(text, encoding="utf-8")
        self._clock += 2
        os.utime(path, (self._clock, self._clock))

    def _run(self, *arguments: str) -> int | None:
        """Return with which status pytest ends; None if it doesn't: that is noticed as well."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", MARKS, *arguments]
        process = subprocess.Popen(
            command, cwd=self.folder, env=self._environment(), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(self.folder / "src")}


def main() -> None:
    """Print of each mutant whether it was killed, and the share of those that were."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones: the same number chooses the same")
    parser.add_argument("--within", default="", metavar="ROOM", help="only modules whose name begins so, such as claims/language")
    parser.add_argument("--list", action="store_true", help="print them, and run nothing")
    asked = parser.parse_args()
    mutants = chosen(asked.count, asked.seed, asked.within)
    if asked.list:
        print(*mutants, sep="\n")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # so that what runs is ended, and the copy removed
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        place = Copy(Path(folder))
        for number, mutant in enumerate(mutants, start=1):
            killed, seconds = place.judge(mutant)
            word = "killed  " if killed else "SURVIVED"
            print(f"{number:>4}  {word}  {seconds:>4.0f} s  {mutant}", flush=True)
            if not killed:
                survivors.append(mutant)
    killed_count = len(mutants) - len(survivors)
    print(f"{killed_count} of {len(mutants)} killed ({100 * killed_count / len(mutants):.0f} %), seed {asked.seed}")
    for mutant in survivors:
        print(f"  survived {mutant}\n           tests: {' '.join(tests_of(mutant.module))}")
    sys.exit(killed_count < ENOUGH * len(mutants))


if __name__ == "__main__":
    main()
