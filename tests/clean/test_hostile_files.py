"""What comes in is hostile until it is checked: one sentence, nothing executed, the store as it was."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import RawCopy
from returned import as_ods, filled

from analysis.catalogue import areas, periods
from analysis.claims.ledger import read_draft
from analysis.clean import clean, official
from analysis.clean.commentary import commentary
from analysis.clean.printed.layout import read_table
from analysis.errors import DataError, SafeguardingError
from analysis.returns.sandbox import Book, read_files
from analysis.store import raw_files

FILE = "figure-1.csv"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a,b\n1,\x002\n", "row 2: found a NUL character"),
        (b"x" * 1_000_001, "found a line of 1,000,001 characters"),
        (b"," * 6_000, "found a row of 6,001 cells"),
        (b"\xff\xfea\x00", "UTF-16 text"),
        (b"caf\xe9", "the byte 0xe9"),
        (b'"a', "unexpected end of data"),
        (b"  \n", "an empty file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(content: bytes, found: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.write(FILE, content)
    before = copy.processed()
    with pytest.raises(DataError, match=found):
        clean(copy.data)
    assert copy.processed() == before


@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "-rf.csv", "a\u202eb.csv", "a\nb.csv", "a" * 300]
)
def test_a_name_that_leads_out_of_its_folder_is_refused(name: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    origin = copy.path(FILE).with_name(raw_files.ORIGIN)
    written = name.replace("\n", "\\n")
    origin.write_text(origin.read_text(encoding="utf-8") + f'"{written}" = "00"\n', encoding="utf-8")
    with pytest.raises(DataError, match="expected the name of a file in this folder"):
        raw_files.releases(copy.data)


def test_a_link_is_refused(raw_copy: Callable[[], RawCopy], tmp_path: Path) -> None:
    copy = raw_copy()
    path = copy.path(FILE)
    elsewhere = tmp_path / "elsewhere.csv"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(DataError, match="and no link"):
        raw_files.releases(copy.data)


CANARY = "executed"
PIECES = [
    b"=cmd|' /C calc'!A0", b"$(touch executed)", b"`touch executed`", b"__import__('os').system('touch executed')", b"{{ 7*7 }}",
    b"<script>x</script>", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\x00", b"NaN", b"inf", b"1e308", b"-0", b"\xff", b'"', b"\n",
    b"\r", b",", b"," * 300, b"9" * 400, b"a" * 300_000, b"../../x", b"%n%s", b"\xef\xbb\xbf", b"\t", b"[c]", b"1,2,3",
    b"<!DOCTYPE a>", b"&b;",
]  # fmt: skip


def altered(content: bytes, dice: random.Random) -> bytes:
    """The content with up to five pieces put in, in place of a few bytes or of many."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(changed) + 1)
        changed[at : at + dice.choice((0, 0, 1, 3, 200))] = dice.choice(PIECES)
    return bytes(changed)


def repacked(content: bytes, dice: random.Random) -> bytes:
    """A workbook with one of its parts altered, or its own bytes."""
    if dice.random() < 0.2:
        return altered(content, dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = dice.choice(held.namelist())
        for name in held.namelist():
            new.writestr(name, altered(held.read(name), dice) if name == chosen else held.read(name))
    return packed.getvalue()


@dataclass(frozen=True)
class Target:
    """A reader to be fuzzed: its share of all inputs, a good input, how that is altered, and what reads it."""

    share: float
    good: bytes
    read: Callable[[bytes], object]
    alter: Callable[[bytes, random.Random], bytes] = altered


def into(path: Path, read: Callable[[], Any]) -> Callable[[bytes], Any]:
    def written(content: bytes) -> Any:
        path.write_bytes(content)
        return read()

    return written


def spelled(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode("utf-8", errors="replace"))


def book(read: Callable[[bytes], Book]) -> Callable[[bytes], object]:
    """A file that a process of its own reads: what it refuses is refused in words, and it neither dies nor gives up."""

    def checked(content: bytes) -> object:
        found = read(content)
        if found.refused:
            assert "limits of memory and time" not in found.refused
            raise SafeguardingError(found.refused)
        return found

    return checked


@pytest.fixture
def targets(raw_copy: Callable[[], RawCopy], tmp_path: Path) -> tuple[RawCopy, dict[str, Target]]:
    """Every reader of what others send, each with a good input of its own, and the data folder beside them."""
    copy = raw_copy()
    releases = {release.id: release for release in raw_files.releases(copy.data)}
    report, sets = releases["annual-report/2012-13"], releases["neighbours/2025-05-extract"]
    figure, neighbours = copy.path(FILE), sets.folder / "neighbours.csv"
    remarks = copy.data / "raw" / "commentary" / "2012-13-Q4.csv"
    remarks.parent.mkdir(exist_ok=True)
    origin = figure.with_name(raw_files.ORIGIN)
    draft, sent, sheet = tmp_path / "draft.csv", tmp_path / "return.xlsx", tmp_path / "return.csv"
    filled(copy.data, sent)
    free = as_ods(sent, tmp_path / "return.ods")
    table = "Ref,Your figure,Remarks\n" + "".join(f"contacts:{n},{n},x\n" for n in range(40))
    statements = b"".join(figure.with_name("claims.csv").read_bytes().splitlines(keepends=True)[:60])
    remark = b"indicator,role,text\nreferrals,Head of service,Fewer came.\n"

    def first(path: Path) -> Callable[[bytes], object]:
        return book(into(path, lambda: next(iter(read_files([path])))))

    return copy, {
        "printed table": Target(0.3, figure.read_bytes(), into(figure, lambda: read_table(report, FILE))),
        "official table": Target(0.05, neighbours.read_bytes(), into(neighbours, lambda: official.read(sets, neighbours.name))),
        "commentary": Target(0.2, remark, into(remarks, lambda: commentary(copy.data))),
        "draft of statements": Target(0.15, statements, into(draft, lambda: read_draft(draft))),
        "name of an area": Target(0.08, b"Kingston upon Hull, City of", spelled(areas.resolve)),
        "name of a period": Target(0.08, b"Quarter 4 of 2012/13", spelled(periods.parse)),
        "origin of a release": Target(0.04, origin.read_bytes(), into(origin, lambda: raw_files.releases(copy.data))),
        "return as a workbook": Target(0.04, sent.read_bytes(), first(sent), repacked),
        "return as OpenDocument": Target(0.04, free.read_bytes(), first(free), repacked),
        "return as CSV": Target(0.02, table.encode(), first(sheet)),
    }


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_hostile_input_neither_crashes_nor_hangs_nor_runs_nor_touches_the_store(
    count: int, targets: tuple[RawCopy, dict[str, Target]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy, readers = targets
    before, memory = copy.processed(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dice = random.Random(8)  # noqa: S311
    tally = {}
    for name, target in readers.items():
        refused = 0
        for _ in range(round(count * target.share)):
            content = target.alter(target.good, dice)
            started = time.monotonic()
            try:
                target.read(content)
            except SafeguardingError as error:
                refused += 1
                assert str(error) and "Traceback" not in str(error) and len(str(error)) < 2_000, name
            assert time.monotonic() - started < 10, name
        target.read(target.good)  # what is good is read after all of it
        tally[name] = f"{refused} of {round(count * target.share)} refused"
    print(tally)  # noqa: T201
    assert sum(int(each.split()[0]) for each in tally.values()) > count / 2
    assert copy.processed() == before
    assert not list(tmp_path.rglob(CANARY))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 1_000_000  # KiB
