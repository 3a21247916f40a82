"""Receiving returns: every file is read and judged before anything is kept, and a call is kept whole or not at all."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analysis import clean, measures, store
from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.returns import consistency, records, stored_return
from analysis.returns.exports import Own, translate
from analysis.returns.parsing import Return, identify, parse
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark
from analysis.returns.remarks_page import as_html, as_text
from analysis.returns.sandbox import Book, read_files
from analysis.store import returns_folder


@dataclass(frozen=True)
class Outcome:
    """What became of one file: kept as a version of a return, known already, refused, or held up by another's refusal.

    `state` is kept, known, refused or waiting; `version` counts those that stand, and is 0 where nothing was kept; `remarks_only`
    says that the version has the figures of the one before; `page` is the remarks page of a refusal.
    """

    file: str
    state: str
    remarks: tuple[Remark, ...]
    agency: str = ""
    period: str = ""
    version: int = 0
    page: Path | None = None
    remarks_only: bool = False

    def line(self) -> str:
        """Return what became of the file, in one line."""
        whose = f"{framework.title(self.agency)}, {periods.label(self.period)}" if self.agency else "not a return"
        same = ": the figures are the same, remarks have changed" if self.remarks_only else ""
        said = {
            "kept": f"kept as version {self.version}{same}",
            "known": "kept before, nothing changed",
            "waiting": "nothing wrong, not kept",
        }
        return f"{self.file}: {whose}: {said.get(self.state, self.state)}."


@dataclass(frozen=True)
class _Judged:
    file: Path
    content: bytes
    mine: Return | None
    remarks: tuple[Remark, ...]
    suffix: str
    difference: str = stored_return.FIRST

    @property
    def refused(self) -> bool:
        return any(remark.weight == REFUSED for remark in self.remarks)


def receive(data: Path, files: Sequence[Path], on: date, own: Own | None = None) -> list[Outcome]:
    """Judge every file, and keep the returns in them if none is refused; return what became of each, in the order given.

    `on` is the day on which they came; `own` says whose export the one file is, if it is no template. Of a refused file the
    remarks are written to `<data>/returns-refused/` as HTML and text, and nothing of the call is kept. A file that is kept
    already changes nothing. Raises SafeguardingError for a file that isn't there, or when another receiver doesn't end.
    """
    if own is not None and len(files) != 1:
        raise SafeguardingError("An agency's own export is received by itself: name one file.")
    contents = [_content(file) for file in files]
    books = _read(contents)  # before others have to wait: a hostile file takes its time
    with returns_folder.lock(data):
        returns_folder.finish(data)
        clean.clean(data)
        before = consistency.history(measures.current(store.load(data).observations))
        judged = _judge_all(data, list(zip(files, contents, strict=True)), books, before, own)
        if any(each.refused for each in judged):
            return [_held_up(data, each, on) for each in judged]
        new = {(e.mine.agency, e.mine.period): e for e in judged if e.mine is not None and e.difference != stored_return.NOTHING}
        numbers = {
            place: (returns_folder.next_number(data, *place), len(returns_folder.standing(data, *place)) + 1) for place in new
        }
        returns_folder.keep(data, {(*place, numbers[place][0]): _files(each, *numbers[place], on) for place, each in new.items()})
    return [_kept(each, numbers) for each in judged]


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise SafeguardingError(f"There is no file {file.name!r} to receive.")
    with file.open("rb") as handle:
        return handle.read(64 * 1024 * 1024)  # the reader refuses far less, by name


def _read(contents: list[bytes]) -> list[Book]:
    """Return what each file holds."""
    with tempfile.TemporaryDirectory() as folder:
        # Copies under names of ours: what was judged is what is kept, whatever happens to the files meanwhile.
        copies = [Path(folder) / f"{number}" for number in range(len(contents))]
        for copy, content in zip(copies, contents, strict=True):
            copy.write_bytes(content)
        return list(read_files(copies))


def _judge_all(
    data: Path, files: list[tuple[Path, bytes]], books: list[Book], before: consistency.History, own: Own | None
) -> list[_Judged]:
    """Return every file judged, in the order given; each quarter is held against those before it, of the same call too."""
    export = translate(data, books[0], own) if own is not None else None
    if export is not None:
        books, files = [export.book], [(files[0][0], export.content)]
    identified = [identify(book) for book in books]
    if export is not None:
        identified = [(mine, [*export.remarks, *remarks]) for mine, remarks in identified]
    order = sorted(range(len(files)), key=lambda n: periods.order(mine.period) if (mine := identified[n][0]) else ("", 0))
    judged: dict[int, _Judged] = {}
    history = dict(before)
    taken: set[tuple[str, str]] = set()
    for number in order:
        (file, content), (mine, remarks), difference = files[number], identified[number], stored_return.FIRST
        if mine is not None and not any(remark.weight == REFUSED for remark in remarks):
            mine, said, difference = _judge(data, books[number], mine, history)
            remarks = [*remarks, *(export.theirs(said) if export else said)]
            if (mine.agency, mine.period) in taken:
                found = "a second file of the same agency and quarter in one call"
                remarks.append(Remark(REFUSED, found, "Receive them one after the other, the later one last."))
            taken.add((mine.agency, mine.period))
            history |= {
                key: history.get(key, {}) | {period: value}
                for key, period, value in mine.figures[["key", "period", "value"]].dropna().itertuples(index=False)
            }
        judged[number] = _Judged(file, content, mine, tuple(remarks), books[number].suffix, difference)
    return [judged[number] for number in range(len(files))]


def _judge(data: Path, book: Book, mine: Return, history: consistency.History) -> tuple[Return, list[Remark], str]:
    """Return the return, the remarks on it, and how it differs from the version that stands (`kept.difference`)."""
    mine, remarks = parse(book, mine)
    standing = returns_folder.standing(data, mine.agency, mine.period)
    difference = stored_return.difference(standing[-1] if standing else None, mine)
    if difference == stored_return.FIGURES and not mine.reason:
        found = f"a return that was received before (version {len(standing)}), with other figures"
        remarks.append(Remark(REFUSED, found, f"Say on the cover, at “{return_form.REASON}”, why the figures have changed."))
    return mine, [*remarks, *consistency.check(mine, history)], difference


def _files(judged: _Judged, number: int, ordinal: int, on: date) -> dict[str, bytes]:
    assert judged.mine is not None
    mine = judged.mine
    if judged.difference == stored_return.REMARKS and not mine.reason:
        mine = replace(mine, reason="Remarks have changed, the figures are the same.")
    return records.of_return(mine, judged.content, judged.suffix, judged.remarks, number, ordinal, on)


def _held_up(data: Path, judged: _Judged, on: date) -> Outcome:
    if not judged.refused:
        return _outcome(judged, "known" if judged.difference == stored_return.NOTHING else "waiting", 0)
    digest = hashlib.sha256(judged.content).hexdigest()[:12]
    mine = judged.mine
    where = f"{mine.agency}-{mine.period}" if mine is not None else "unknown"
    target = data / returns_folder.REFUSED / f"{where}-{digest}"
    about = {"agency": mine.agency if mine else "", "period": mine.period if mine else "", "received": on.isoformat()}
    record = about | {"file": judged.file.name, "remarks": records.as_rows(judged.remarks)}
    with folders.replacing(target) as folder:
        (folder / "remarks.html").write_text(as_html(judged.file.name, mine, judged.remarks), encoding="utf-8", newline="\n")
        (folder / "remarks.txt").write_text(as_text(judged.file.name, mine, judged.remarks), encoding="utf-8", newline="\n")
        said = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        (folder / "refusal.json").write_text(said, encoding="utf-8", newline="\n")
    return replace(_outcome(judged, "refused", 0), page=target / "remarks.html")


def _kept(judged: _Judged, numbers: dict[tuple[str, str], tuple[int, int]]) -> Outcome:
    assert judged.mine is not None
    if judged.difference == stored_return.NOTHING:
        return _outcome(judged, "known", 0)
    version = numbers[judged.mine.agency, judged.mine.period][1]
    return replace(_outcome(judged, "kept", version), remarks_only=judged.difference == stored_return.REMARKS)


def _outcome(judged: _Judged, state: str, version: int) -> Outcome:
    mine = judged.mine
    order = {REFUSED: 0, ASKED: 1, NOTED: 2}
    remarks = tuple(sorted(judged.remarks, key=lambda remark: order[remark.weight]))
    return Outcome(judged.file.name, state, remarks, mine.agency if mine else "", mine.period if mine else "", version)
